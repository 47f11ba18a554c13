/** What a test enters beforehand, as an operator's program would: by the API. */

const TORINO = {
  name: 'Torino Porta Susa',
  address: 'Corso Inghilterra 7',
  city: 'Torino',
  country: 'IT',
  latitude: 45.0718,
  longitude: 7.6655,
  time_zone: 'Europe/Rome',
};

/** A public site in Turin. */
export function addSite(api) {
  return api.post('sites', TORINO);
}

/** A station with one three-phase connector of 22 kW, unless told otherwise. */
export async function addStation(api, { stationId, siteId, name = '', evses = 1 }) {
  const { station } = await api.post('stations', {
    station_id: stationId,
    site_id: siteId,
    name,
    registration: 'accepted',
    connectors: Array.from({ length: evses }, (_, index) => ({
      evse_id: index + 1,
      kind: 'type2',
      power_kind: 'ac3',
      max_power_w: 22_000,
    })),
  });
  return station;
}
