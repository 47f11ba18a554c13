#include "processes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* Fields 14 to 17 of /proc/PID/stat, counted behind the name, which may hold anything. */
static double read_cpu_s(long id) {
  char name[64], stat[2048];
  snprintf(name, sizeof name, "/proc/%ld/stat", id);
  FILE *file = fopen(name, "r");
  if (!file) return 0;
  size_t length = fread(stat, 1, sizeof stat - 1, file);
  fclose(file);
  stat[length] = 0;
  char *behind_name = strrchr(stat, ')');
  unsigned long user, system;
  long ended_user, ended_system;
  const char *format = "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %ld %ld";
  if (!behind_name || sscanf(behind_name + 2, format, &user, &system, &ended_user, &ended_system) != 4) return 0;
  return (double)(user + system + (unsigned long)(ended_user + ended_system)) / (double)sysconf(_SC_CLK_TCK);
}

struct processes read_processes(const char *ids) {
  struct processes processes = {0};
  for (const char *next = ids; next && *next && processes.count < PROCESSES_MAX;) {
    char *end;
    double cpu_s = read_cpu_s(strtol(next, &end, 10));
    processes.cpu_s[processes.count++] = cpu_s;
    processes.sum_s += cpu_s;
    next = *end == ',' ? end + 1 : NULL;
  }
  return processes;
}

double own_cpu_s(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}
