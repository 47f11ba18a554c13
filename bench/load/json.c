#include "json.h"

#include <string.h>

#define DEPTH_MAX 32

static bool take_value(struct json *json, int depth);

static void skip_space(struct json *json) {
  while (json->at < json->end && (*json->at == ' ' || *json->at == '\t' || *json->at == '\n' || *json->at == '\r'))
    json->at++;
}

bool json_take(struct json *json, char wanted) {
  skip_space(json);
  if (json->at == json->end || *json->at != wanted) return false;
  json->at++;
  skip_space(json);
  return true;
}

bool json_take_string(struct json *json, struct json_part *part) {
  skip_space(json);
  if (json->at == json->end || *json->at != '"') return false;
  const char *start = ++json->at;
  for (; json->at < json->end; json->at++) {
    unsigned char each = (unsigned char)*json->at;
    if (each == '"') {
      *part = (struct json_part){start, (size_t)(json->at - start)};
      json->at++;
      return true;
    }
    if (each < ' ') return false;
    if (each == '\\' && (++json->at == json->end || !memchr("\"\\/bfnrtu", *json->at, 9))) return false;
  }
  return false;
}

static bool take_digits(struct json *json) {
  const char *start = json->at;
  while (json->at < json->end && *json->at >= '0' && *json->at <= '9') json->at++;
  return json->at > start;
}

static bool take_number(struct json *json) {
  if (json->at < json->end && *json->at == '-') json->at++;
  if (!take_digits(json)) return false;
  if (json->at < json->end && *json->at == '.') {
    json->at++;
    if (!take_digits(json)) return false;
  }
  if (json->at < json->end && (*json->at == 'e' || *json->at == 'E')) {
    json->at++;
    if (json->at < json->end && (*json->at == '+' || *json->at == '-')) json->at++;
    return take_digits(json);
  }
  return true;
}

static bool take_word(struct json *json, const char *word) {
  size_t length = strlen(word);
  if ((size_t)(json->end - json->at) < length || memcmp(json->at, word, length) != 0) return false;
  json->at += length;
  return true;
}

static bool take_members(struct json *json, int depth, char opening, char closing) {
  if (!json_take(json, opening)) return false;
  if (json_take(json, closing)) return true;
  do {
    struct json_part key;
    if (opening == '{' && !(json_take_string(json, &key) && json_take(json, ':'))) return false;
    if (!take_value(json, depth + 1)) return false;
  } while (json_take(json, ','));
  return json_take(json, closing);
}

static bool take_value(struct json *json, int depth) {
  skip_space(json);
  if (json->at == json->end || depth > DEPTH_MAX) return false;
  struct json_part string;
  switch (*json->at) {
    case '{': return take_members(json, depth, '{', '}');
    case '[': return take_members(json, depth, '[', ']');
    case '"': return json_take_string(json, &string);
    case 't': return take_word(json, "true");
    case 'f': return take_word(json, "false");
    case 'n': return take_word(json, "null");
    default: return take_number(json);
  }
}

bool json_take_value(struct json *json, struct json_part *part) {
  skip_space(json);
  const char *start = json->at;
  if (!take_value(json, 0)) return false;
  if (part) *part = (struct json_part){start, (size_t)(json->at - start)};
  return true;
}

bool json_find(struct json_part object, const char *key, struct json_part *value) {
  struct json json = {object.at, object.at + object.length};
  size_t length = strlen(key);
  if (!json_take(&json, '{')) return false;
  do {
    struct json_part found;
    if (!json_take_string(&json, &found) || !json_take(&json, ':') || !json_take_value(&json, value)) return false;
    if (found.length == length && memcmp(found.at, key, length) == 0) return true;
  } while (json_take(&json, ','));
  return false;
}

bool json_is_over(struct json *json) {
  skip_space(json);
  return json->at == json->end;
}
