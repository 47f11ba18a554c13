import { type Schemas, take } from '@busbar/client';
import { queryOptions, skipToken } from '@tanstack/react-query';
import { api } from '../app/server';

/** Personal data goes from memory when its person signs out. */
const meta = { isPersonal: true };

export const vehiclesQuery = queryOptions({
  queryKey: ['vehicles'],
  queryFn: ({ signal }) => take(api.GET('/api/v1/driver/vehicles', { signal })),
  meta,
});

export async function saveVehicle(vehicleId: string | null, body: Schemas['VehicleBody']): Promise<void> {
  if (vehicleId === null) await take(api.POST('/api/v1/driver/vehicles', { body }));
  else
    await take(api.PUT('/api/v1/driver/vehicles/{vehicle_id}', { params: { path: { vehicle_id: vehicleId } }, body }));
}

export async function removeVehicle(vehicleId: string): Promise<void> {
  await take(api.DELETE('/api/v1/driver/vehicles/{vehicle_id}', { params: { path: { vehicle_id: vehicleId } } }));
}

export const cardsQuery = queryOptions({
  queryKey: ['cards'],
  queryFn: ({ signal }) => take(api.GET('/api/v1/driver/tokens', { signal })),
  meta,
});

export async function freezeCard(value: string, isFrozen: boolean): Promise<void> {
  const params = { path: { value } };
  await take(api.PUT('/api/v1/driver/tokens/{value}/freeze', { params, body: { is_frozen: isFrozen } }));
}

export async function reportCardLost(value: string): Promise<void> {
  await take(api.POST('/api/v1/driver/tokens/{value}/lost', { params: { path: { value } } }));
}

/** Favourites, and the stations that the driver waits for. */
export const keptQuery = queryOptions({
  queryKey: ['kept-stations'],
  queryFn: ({ signal }) => take(api.GET('/api/v1/driver/kept-stations', { signal })),
  staleTime: 30_000,
  meta,
});

export async function keepFavourite(stationId: string, isKept: boolean): Promise<void> {
  const params = { path: { station_id: stationId } };
  if (isKept) await take(api.PUT('/api/v1/driver/favourites/{station_id}', { params }));
  else await take(api.DELETE('/api/v1/driver/favourites/{station_id}', { params }));
}

export async function awaitStation(stationId: string, isAwaited: boolean): Promise<void> {
  const params = { path: { station_id: stationId } };
  if (isAwaited) await take(api.PUT('/api/v1/driver/awaited/{station_id}', { params }));
  else await take(api.DELETE('/api/v1/driver/awaited/{station_id}', { params }));
}

export function popularTimesQuery(stationId: string) {
  return queryOptions({
    queryKey: ['popular-times', stationId],
    queryFn: ({ signal }) =>
      take(
        api.GET('/api/v1/driver/stations/{station_id}/popular-times', {
          params: { path: { station_id: stationId } },
          signal,
        }),
      ),
    staleTime: 600_000,
  });
}

export const reportsQuery = queryOptions({
  queryKey: ['reports'],
  queryFn: ({ signal }) => take(api.GET('/api/v1/driver/complaints', { signal })),
  meta,
});

export function reportQuery(reportId: string) {
  return queryOptions({
    queryKey: ['reports', reportId],
    queryFn: ({ signal }) =>
      take(
        api.GET('/api/v1/driver/complaints/{complaint_id}', { params: { path: { complaint_id: reportId } }, signal }),
      ),
    meta,
  });
}

/** Photos of a report that have not come through yet: kept here alone, until they are sent or taken back. */
export function unsentPhotosQuery(reportId: string) {
  return queryOptions<Blob[]>({
    queryKey: ['unsent-photos', reportId],
    queryFn: skipToken,
    gcTime: Number.POSITIVE_INFINITY,
    meta,
  });
}

/** Send pictures of a report that is not over; answers those that did not come through, and why the last one did not. */
export async function sendPhotos(
  reportId: string,
  photos: readonly Blob[],
): Promise<{ unsent: Blob[]; failure: unknown }> {
  const unsent: Blob[] = [];
  let failure: unknown = null;
  for (const photo of photos) {
    try {
      await take(
        api.POST('/api/v1/driver/complaints/{complaint_id}/photos', {
          params: { path: { complaint_id: reportId } },
          body: photo as unknown as string,
          bodySerializer: (content) => content as unknown as Blob,
          headers: { 'Content-Type': 'application/octet-stream' },
        }),
      );
    } catch (problem) {
      unsent.push(photo);
      failure = problem;
    }
  }
  return { unsent, failure };
}

/** Say what is wrong, then send the pictures; a picture that cannot be sent does not lose the report. */
export async function fileReport(
  body: Schemas['ComplaintBody'],
  photos: readonly Blob[],
  key: string,
): Promise<{ reportId: string; unsent: Blob[] }> {
  const params = { header: { 'Idempotency-Key': key } };
  const { complaint_id: reportId } = await take(api.POST('/api/v1/driver/complaints', { body, params }));
  const { unsent } = await sendPhotos(reportId, photos);
  return { reportId, unsent };
}

export function photoAddress(reportId: string, photoId: string): string {
  return `/api/v1/driver/complaints/${encodeURIComponent(reportId)}/photos/${encodeURIComponent(photoId)}`;
}
