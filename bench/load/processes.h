/* What the server's processes used, as the kernel counts it. */
#ifndef PROCESSES_H
#define PROCESSES_H

/* `ids`: process ids with commas between. CPU of all threads and of children that ended; processes that are gone count nothing. */
double processes_cpu_s(const char *ids);

/* What this program used itself. */
double own_cpu_s(void);

#endif
