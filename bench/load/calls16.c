/* OCPP 1.6 */
#include <stdio.h>

#include "calls.h"
#include "moment.h"
#include "text.h"

#define SAMPLE(measurand) "\",\"context\":\"Sample.Periodic\",\"format\":\"Raw\",\"measurand\":\"" measurand "\","
#define OUTLET(unit) "\"location\":\"Outlet\",\"unit\":\"" unit "\"}"
#define NEXT ",{\"value\":\""

static char *put_phases(char *at, uint64_t random) {
  for (int phase = 0; phase < 3; phase++) {
    at = put_tenths(PUT(at, NEXT), 150 + (random >> 4 * phase) % 20);
    at = PUT(at, SAMPLE("Current.Import") "\"phase\":\"L");
    *at++ = (char)('1' + phase);
    at = PUT(at, "\"," OUTLET("A"));
  }
  for (int phase = 0; phase < 3; phase++) {
    at = put_tenths(PUT(at, NEXT), 2280 + (random >> (12 + 4 * phase)) % 40);
    at = PUT(at, SAMPLE("Voltage") "\"phase\":\"L");
    *at++ = (char)('1' + phase);
    at = PUT(at, "-N\"," OUTLET("V"));
  }
  return at;
}

static char *put_samples(char *at, const struct lane *lane) {
  uint64_t random = chance();
  at = put_whole(PUT(at, "[{\"value\":\""), lane->session.meter_wh);
  at = PUT(at, SAMPLE("Energy.Active.Import.Register") OUTLET("Wh"));
  at = put_tenths(PUT(at, NEXT), 108000 + random % 2560);
  at = PUT(at, SAMPLE("Power.Active.Import") OUTLET("W"));
  at = put_phases(at, random >> 16);
  at = put_whole(PUT(at, NEXT), 20 + (uint64_t)lane->position);
  at = PUT(at, SAMPLE("SoC") OUTLET("Percent"));
  at = put_tenths(PUT(at, NEXT), 300 + (random >> 48) % 100);
  return PUT(at, SAMPLE("Temperature") OUTLET("Celsius") "]");
}

static char *put_connector(char *at, const struct lane *lane) {
  return put_whole(PUT(at, "{\"connectorId\":"), (uint64_t)lane->connector);
}

static char *put_boot(char *at, const struct lane *lane) {
  at = PUT(at, "{\"chargePointVendor\":\"Load\",\"chargePointModel\":\"L22\",\"chargePointSerialNumber\":\"SN");
  at = put_padded(at, (uint64_t)lane->station->number, 6);
  return PUT(at, "\",\"firmwareVersion\":\"1.4.2\",\"meterType\":\"M1\"}");
}

static char *put_stop(char *at, const struct lane *lane) {
  at = put_string(PUT(at, "{\"transactionId\":"), lane->session.ref);
  at = put_token(PUT(at, ",\"idTag\":\""), lane);
  at = put_whole(PUT(at, "\",\"meterStop\":"), lane->session.meter_wh);
  at = put_lane_stamp(PUT(at, ",\"timestamp\":\""), lane);
  return PUT(at, "\",\"reason\":\"Local\"}");
}

char *write_payload_16(struct lane *lane, enum action action, char *at) {
  switch (action) {
    case BOOT: return put_boot(at, lane);
    case STATUS:
      at = PUT(put_connector(at, lane), ",\"errorCode\":\"NoError\",\"status\":\"");
      at = PUT(put_status(at, lane, "Preparing", "Charging"), "\",\"timestamp\":\"");
      return PUT(put_lane_stamp(at, lane), "\"}");
    case AUTHORIZE: return PUT(put_token(PUT(at, "{\"idTag\":\""), lane), "\"}");
    case START:
      at = PUT(put_token(PUT(put_connector(at, lane), ",\"idTag\":\""), lane), "\",\"meterStart\":");
      at = PUT(put_whole(at, lane->session.meter_wh), ",\"timestamp\":\"");
      return PUT(put_lane_stamp(at, lane), "\"}");
    case METER:
      at = put_string(PUT(put_connector(at, lane), ",\"transactionId\":"), lane->session.ref);
      at = put_lane_stamp(PUT(at, ",\"meterValue\":[{\"timestamp\":\""), lane);
      return PUT(put_samples(PUT(at, "\",\"sampledValue\":"), lane), "}]}");
    case STOP: return put_stop(at, lane);
    default: return PUT(at, "{}");
  }
}
