import { SearchOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useMatchRoute, useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Subject } from './entries';
import { areKeysOn, isAsked, isTyping, moveRow, readPress, SEQUENCE_MILLIS, selectRow } from './shortcuts';

const Palette = lazy(() => import('./Palette'));
const KeyHelp = lazy(() => import('./KeyHelp'));

/** What the page at hand shows, as far as it has been read. */
function readSubject(matchRoute: ReturnType<typeof useMatchRoute>, client: QueryClient): Subject | null {
  const station = matchRoute({ to: '/stations/$stationId' });
  if (station) {
    const id = station.stationId;
    const known = client.getQueryData<Schemas['Station']>(['station', id]);
    return { kind: 'station', id, label: id, state: known?.registration };
  }
  const site = matchRoute({ to: '/sites/$siteId' });
  if (site) {
    const known = client.getQueryData<Schemas['Site']>(['site', site.siteId]);
    return { kind: 'site', id: site.siteId, label: known?.name ?? '' };
  }
  const session = matchRoute({ to: '/sessions/$sessionId' });
  if (!session) return null;
  const known = client.getQueryData<Schemas['SessionDetail']>(['session', session.sessionId]);
  const state = known && (known.is_open ? 'open' : 'closed');
  return { kind: 'session', id: session.sessionId, label: known?.station_name || known?.station_id || '', state };
}

/** The button that opens the palette, and the keys that work on every page. */
export function Keyboard() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [open, setOpen] = useState<'palette' | 'help' | null>(null);
  const lastG = useRef(Number.NEGATIVE_INFINITY);
  const matchRoute = useMatchRoute();
  const client = useQueryClient();
  const close = useCallback(() => setOpen(null), []);
  const help = useCallback(() => setOpen('help'), []);

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const state = {
        isTyping: isTyping(event.target),
        isAfterG: event.timeStamp - lastG.current < SEQUENCE_MILLIS,
        isOn: areKeysOn(),
      };
      const deed = readPress(event, state);
      lastG.current = deed?.kind === 'sequence' ? event.timeStamp : Number.NEGATIVE_INFINITY;
      if (!deed || deed.kind === 'sequence') return;
      if (isAsked() && deed.kind !== 'palette') return;
      event.preventDefault();
      if (deed.kind === 'palette') setOpen('palette');
      else if (deed.kind === 'help') setOpen('help');
      else if (deed.kind === 'go') void navigate({ href: deed.to });
      else if (deed.kind === 'row') moveRow(deed.step);
      else selectRow();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [navigate]);

  return (
    <>
      <Button
        className="bc-find"
        icon={<SearchOutlined />}
        data-testid="palette-open"
        aria-keyshortcuts="Control+K"
        onClick={() => setOpen('palette')}
      >
        <span className="bc-find-words">{t('palette.find')}</span>
        <kbd className="bc-find-words">Ctrl K</kbd>
      </Button>
      <Suspense fallback={null}>
        {open === 'palette' && <Palette onClose={close} onHelp={help} here={readSubject(matchRoute, client)} />}
        {open === 'help' && <KeyHelp onClose={close} />}
      </Suspense>
    </>
  );
}
