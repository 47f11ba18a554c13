/* A strict reader of JSON texts: it builds nothing, it only walks and refuses. */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stddef.h>

struct json {
  const char *at, *end;
};

/* A string's or a value's own characters within the text, without the quotes. */
struct json_part {
  const char *at;
  size_t length;
};

/* Take this one character, with the space around it. */
bool json_take(struct json *json, char wanted);
bool json_take_string(struct json *json, struct json_part *part);

/* Take any value; `part`, where given, becomes its text. */
bool json_take_value(struct json *json, struct json_part *part);

/* Find a member of an object by its key. */
bool json_find(struct json_part object, const char *key, struct json_part *value);

/* Whether the text is over. */
bool json_is_over(struct json *json);

#endif
