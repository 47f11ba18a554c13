import { useSessionState } from '@busbar/kit';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { readPushState, turnPushOn } from '../../app/push';
import { session } from '../../app/server';
import { Icon } from '../../parts/Icon';
import { tellNotice } from '../../parts/notices';
import { useProblemText } from '../../parts/useProblemText';
import { awaitStation, keepFavourite, keptQuery } from '../../queries/companion';

/** Keep a station among the favourites. */
export function FavouriteButton({ stationId }: { stationId: string }) {
  const { t } = useTranslation();
  const tellProblem = useProblemText();
  const { credentials } = useSessionState(session);
  const client = useQueryClient();
  const navigate = useNavigate();
  const { data } = useQuery({ ...keptQuery, enabled: credentials !== null });
  const isKept = data?.favourites.includes(stationId) ?? false;
  const keep = useMutation({
    mutationFn: () => keepFavourite(stationId, !isKept),
    onError: (error) => tellNotice(tellProblem(error)),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keptQuery.queryKey }),
        client.invalidateQueries({ queryKey: ['stations'] }),
      ]),
  });
  return (
    <button
      type="button"
      className="bd-round bd-favourite"
      aria-pressed={isKept}
      aria-label={t('station.favourite')}
      data-testid="favourite"
      onClick={() => {
        if (credentials) keep.mutate();
        else void navigate({ to: '/sign-in', search: { next: `/s/${encodeURIComponent(stationId)}` } });
      }}
    >
      <Icon name="star" />
    </button>
  );
}

/** Be told once when a connector here is free. */
function AwaitButton({ stationId }: { stationId: string }) {
  const { t } = useTranslation();
  const tellProblem = useProblemText();
  const client = useQueryClient();
  const { data } = useQuery(keptQuery);
  const isAwaited = data?.awaited.includes(stationId) ?? false;
  const wait = useMutation({
    mutationFn: async () => {
      await awaitStation(stationId, !isAwaited);
      if (isAwaited) return;
      const state = await readPushState();
      const after = state === 'off' ? await turnPushOn().catch(() => 'off' as const) : state;
      tellNotice(after === 'on' ? t('station.awaited') : t('station.awaitedSilently'));
    },
    onError: (error) => tellNotice(tellProblem(error)),
    onSettled: () => client.invalidateQueries({ queryKey: keptQuery.queryKey }),
  });
  return (
    <button
      type="button"
      className="bd-link"
      aria-pressed={isAwaited}
      data-testid="await-station"
      disabled={wait.isPending}
      onClick={() => wait.mutate()}
    >
      <Icon name="bell" size={20} />
      {isAwaited ? t('station.awaitNot') : t('station.await')}
    </button>
  );
}

/** What else a driver may want of a station. */
export function StationTools(props: { stationId: string; isFull: boolean; children?: ReactNode }) {
  const { stationId, isFull, children } = props;
  const { t } = useTranslation();
  const { credentials } = useSessionState(session);
  return (
    <div className="bd-station-tools">
      {children}
      {isFull && credentials && <AwaitButton stationId={stationId} />}
      <Link to="/reports/new" search={{ station: stationId }} className="bd-link" data-testid="report">
        <Icon name="flag" size={20} />
        {t('report.action')}
      </Link>
    </div>
  );
}
