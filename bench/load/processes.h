/* What the server's processes used, as the kernel counts it. */
#ifndef PROCESSES_H
#define PROCESSES_H

#define PROCESSES_MAX 128

struct processes {
  int count;
  double cpu_s[PROCESSES_MAX]; /* of all threads, and of children that ended; of processes that are gone nothing */
  double sum_s;
};

/* `ids`: process ids with commas between, or nothing. */
struct processes read_processes(const char *ids);

/* What this program used itself. */
double own_cpu_s(void);

#endif
