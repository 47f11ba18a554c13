/**
 * An OCPP station in the hands of a test, written from the specification with nothing of Busbar in it: it says what
 * the test lets it say, and keeps what it is asked. It speaks 1.6; `Station21` speaks as much 2.1 as charging and prices need.
 */

import { waitFor, within } from './wait.mjs';

const CALL = 2;
const RESULT = 3;
const ERROR = 4;

/** What it answers when a test has not said otherwise. */
const ordinaryAnswers = {
  RemoteStartTransaction: { status: 'Accepted' },
  RemoteStopTransaction: { status: 'Accepted' },
  UnlockConnector: { status: 'Unlocked' },
  Reset: { status: 'Accepted' },
  TriggerMessage: { status: 'Accepted' },
  ChangeAvailability: { status: 'Accepted' },
  GetConfiguration: {
    configurationKey: [
      { key: 'HeartbeatInterval', readonly: false, value: '300' },
      { key: 'MeterValueSampleInterval', readonly: false, value: '30' },
      { key: 'NumberOfConnectors', readonly: true, value: '1' },
    ],
    unknownKey: [],
  },
};

export class Station {
  #socket;
  #waiting = new Map();
  #asked = [];
  #next = 0;

  constructor(stationId, { password } = {}) {
    this.stationId = stationId;
    this.password = password;
    this.protocol = 'ocpp1.6';
    this.bootPayload = {
      chargePointVendor: 'Elettra',
      chargePointModel: 'E22',
      chargePointSerialNumber: 'E22-0147',
      firmwareVersion: '4.1.0',
    };
    this.answers = { ...ordinaryAnswers };
  }

  /** Connect and boot; returns the answer to the boot. */
  async connect(ocppUrl) {
    this.ocppUrl = ocppUrl;
    const credentials = Buffer.from(`${this.stationId}:${this.password}`).toString('base64');
    this.#socket = new WebSocket(`${ocppUrl}/${encodeURIComponent(this.stationId)}`, {
      protocols: [this.protocol],
      ...(this.password && { headers: { Authorization: `Basic ${credentials}` } }),
    });
    this.#socket.addEventListener('message', ({ data }) => this.#hear(JSON.parse(data)));
    this.#socket.addEventListener('close', ({ code, reason }) => this.#lose(`${code} ${reason}`));
    const opened = new Promise((resolve, reject) => {
      this.#socket.addEventListener('open', resolve, { once: true });
      this.#socket.addEventListener('error', () => reject(new Error(`${this.stationId} cannot connect`)), {
        once: true,
      });
    });
    await within(`${this.stationId} connecting`, opened);
    return this.call('BootNotification', this.bootPayload);
  }

  /** Lose the connection, as with a pulled cable. */
  async disconnect() {
    if (!this.#socket || this.#socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise((resolve) => this.#socket.addEventListener('close', resolve, { once: true }));
    this.#socket.close();
    await within(`${this.stationId} disconnecting`, closed);
  }

  /** Say something and return the answer. */
  call(action, payload) {
    const id = `${this.stationId}-${++this.#next}`;
    const answered = new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify([CALL, id, action, payload]));
    });
    return within(`${this.stationId}: ${action}`, answered);
  }

  /** Nobody answers any more what was said before the connection was lost. */
  #lose(why) {
    for (const { reject } of this.#waiting.values()) reject(new Error(`${this.stationId} lost its connection: ${why}`));
    this.#waiting.clear();
  }

  #hear([kind, id, ...rest]) {
    if (kind === CALL) {
      const [action, payload] = rest;
      this.#asked.push({ action, payload });
      const known = this.answers[action];
      const answer = typeof known === 'function' ? known(payload) : known;
      const frame = answer ? [RESULT, id, answer] : [ERROR, id, 'NotImplemented', '', {}];
      this.#socket.send(JSON.stringify(frame));
      return;
    }
    const waiting = this.#waiting.get(id);
    if (!waiting) return; // it was given up
    const { resolve, reject } = waiting;
    this.#waiting.delete(id);
    if (kind === RESULT) resolve(rest[0]);
    else reject(new Error(`${this.stationId}: ${JSON.stringify(rest)}`));
  }

  /** Wait until it is asked for `action`; returns the payload, and forgets it. */
  async takeAsked(action) {
    const index = await waitFor(`${this.stationId} to be asked for ${action}`, () => {
      const found = this.#asked.findIndex((asked) => asked.action === action);
      return found < 0 ? null : { found };
    });
    return this.#asked.splice(index.found, 1)[0].payload;
  }

  /** Let a charge of `minutes` have happened: 22 kW at first, less and less towards the end, a reading each minute. */
  async playCharge({ idTag, minutes }) {
    const begin = Date.now() - minutes * 60_000;
    const at = (minute) => new Date(begin + minute * 60_000).toISOString();
    await this.startTransaction({ idTag, meterStart: 1_204_300, at: at(0) });
    let energyWh = 1_204_300;
    for (let minute = 1; minute < minutes; minute++) {
      const taper = Math.min(1, 0.12 + (minutes - minute) / 18);
      const powerW = Math.round(21_800 * taper + 90 * Math.sin(minute));
      energyWh += powerW / 60;
      const voltage = (230.4 + 1.6 * Math.cos(minute / 5)).toFixed(1);
      const soc = Math.round(34 + (48 * (energyWh - 1_204_300)) / 20_000);
      await this.meter({
        energyWh: energyWh.toFixed(1),
        powerW,
        voltage,
        current: (powerW / 691).toFixed(1),
        soc,
        at: at(minute),
      });
    }
    await this.stopTransaction({ meterStop: Math.round(energyWh), reason: 'Local', at: at(minutes) });
    return Math.round(energyWh) - 1_204_300;
  }

  status(status, { connectorId = 1, errorCode = 'NoError', info } = {}) {
    const more = info && { info };
    return this.call('StatusNotification', { connectorId, errorCode, status, timestamp: now(), ...more });
  }

  /** Begin a transaction; returns its number. */
  async startTransaction({ idTag, connectorId = 1, meterStart = 0, at = now() }) {
    const answer = await this.call('StartTransaction', { connectorId, idTag, meterStart, timestamp: at });
    this.transactionId = answer.transactionId;
    return answer;
  }

  /** Send one reading as real stations write it: texts, with the unit beside. */
  meter({ energyWh, powerW, voltage = '241.10', current, offered = '32.0', soc, connectorId = 1, at = now() }) {
    const sampled = [
      ['Voltage', voltage, 'V'],
      ['Current.Import', current, 'A'],
      ['Power.Active.Import', powerW, 'W'],
      ['Current.Offered', offered, 'A'],
      ['Energy.Active.Import.Register', energyWh, 'Wh'],
      ['SoC', soc, 'Percent'],
    ];
    return this.call('MeterValues', {
      connectorId,
      transactionId: this.transactionId,
      meterValue: [
        {
          timestamp: at,
          sampledValue: sampled
            .filter(([, value]) => value !== undefined)
            .map(([measurand, value, unit]) => ({
              measurand,
              value: String(value),
              unit,
              context: 'Sample.Periodic',
              format: 'Raw',
              location: 'Outlet',
            })),
        },
      ],
    });
  }

  stopTransaction({ meterStop, reason, register, at = now() }) {
    const { transactionId } = this;
    return this.call('StopTransaction', {
      transactionId,
      meterStop,
      timestamp: at,
      reason,
      transactionData: [
        {
          timestamp: at,
          sampledValue: [
            {
              measurand: 'Energy.Active.Import.Register',
              value: String(register ?? meterStop),
              unit: 'Wh',
              context: 'Transaction.End',
              format: 'Raw',
              location: 'Outlet',
            },
          ],
        },
      ],
    });
  }
}

/** What a station that reckons by itself says of its settings about prices. */
const reckoning = { TariffFallbackMessage: '', TotalCostFallbackMessage: '', Currency: 'EUR', Enabled: 'true' };

export class Station21 extends Station {
  constructor(stationId, options) {
    super(stationId, options);
    this.protocol = 'ocpp2.1';
    this.bootPayload = { reason: 'PowerUp', chargingStation: { vendorName: 'Elettra', model: 'E22' } };
    this.seqNo = 0;
    const named = ({ component, variable }, attributeStatus) => ({ component, variable, attributeStatus });
    this.answers = {
      GetVariables: ({ getVariableData }) => ({
        getVariableResult: getVariableData.map((each) => {
          const value = reckoning[each.variable.name];
          return value === undefined
            ? named(each, 'UnknownVariable')
            : { ...named(each, 'Accepted'), attributeValue: value };
        }),
      }),
      SetVariables: ({ setVariableData }) => ({
        setVariableResult: setVariableData.map((each) => named(each, 'Accepted')),
      }),
      SetDefaultTariff: { status: 'Accepted' },
      CostUpdated: {},
    };
  }

  /** Tell of a transaction. */
  tell(eventType, transactionInfo, { energyWh, triggerReason = 'MeterValuePeriodic', ...more } = {}) {
    const at = now();
    const value = { value: energyWh, measurand: 'Energy.Active.Import.Register' };
    return this.call('TransactionEvent', {
      eventType,
      timestamp: at,
      triggerReason,
      seqNo: this.seqNo++,
      transactionInfo,
      evse: { id: 1, connectorId: 1 },
      ...(energyWh !== undefined && { meterValue: [{ timestamp: at, sampledValue: [value] }] }),
      ...more,
    });
  }
}

function now() {
  return new Date().toISOString();
}
