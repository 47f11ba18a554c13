/* The calls of a lane, as texts. */
#ifndef CALLS_H
#define CALLS_H

#include "station.h"

#define CYCLE_CALLS 35
#define SAMPLES_PER_CALL 10

/* The action at a place of the cycle. */
enum action find_action(enum version version, int position);

/* Whether the transaction is open when the lane stands at this place: then it must begin before the cycle does. */
bool is_charging(enum version version, int position);

/* Write the lane's next call of this action; sets its id, its time stamp and what the session counts. Returns its size. */
size_t write_call(struct lane *lane, enum action action, char to[PAYLOAD_MAX]);

/* How many samples a call of this action carries. */
unsigned count_samples(enum version version, enum action action);

/* Both sets of messages; each writes what stands behind the action's name. */
char *write_payload_16(struct lane *lane, enum action action, char *at);
char *write_payload_201(struct lane *lane, enum action action, char *at);

/* Shared by both: the lane's time stamp, its driver's token, its station's number. */
char *put_lane_stamp(char *at, const struct lane *lane);
char *put_token(char *at, const struct lane *lane);
char *put_status(char *at, const struct lane *lane, const char *busy, const char *charging);

#endif
