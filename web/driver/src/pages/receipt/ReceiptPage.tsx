import type { Schemas } from '@busbar/client';
import { energyParts, Figure, type Format, Loading, useFormat } from '@busbar/kit';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import Button from 'antd-mobile/es/components/button';
import { useTranslation } from 'react-i18next';
import { Brand } from '../../parts/Brand';
import { Icon } from '../../parts/Icon';
import { InstallCard } from '../../parts/InstallCard';
import { tellNotice } from '../../parts/notices';
import { PageHead } from '../../parts/PageHead';
import { PageProblem } from '../../parts/PageProblem';
import { receiptQuery } from '../../queries/sessions';
import { placeOf } from '../nearby/availability';
import { stopReasonKey } from '../session/course';
import { PaperActions } from './PaperActions';
import { ReceiptPrice } from './ReceiptPrice';
import { isSettling, SETTLING_POLL_MILLIS } from './settling';
import './receipt.css';

const route = getRouteApi('/mine/receipts/$sessionId');

type Receipt = Schemas['Receipt'];

/** A register in kWh with every Wh of it. */
function formatRegister(format: Format, registerWh: number): string {
  return `${format.number(registerWh / 1_000, 3)}\u202fkWh`;
}

function useLines(receipt: Receipt | undefined): [name: string, value: string, testId: string][] {
  const { t } = useTranslation();
  const format = useFormat();
  if (!receipt) return [];
  const tellReason = ({ close_reason: closed, stop_reason: reason }: Receipt) => {
    if (closed && closed !== 'reported') return t(`closeReason.${closed}`);
    // Stations leave the word out when somebody ended the charge at the station itself (1.6 StopTransaction, 2.x E07).
    return t(`stopReason.${stopReasonKey(reason ?? 'Local')}`, { word: reason });
  };
  const zone = receipt.time_zone ?? undefined;
  const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const lines: [string, string | null, string][] = [
    [t('receipt.station'), receipt.station_name, 'station'],
    [t('receipt.code'), receipt.station_id, 'code'],
    [t('receipt.place'), placeOf(receipt) || null, 'place'],
    [t('receipt.evse'), receipt.evse_id === null ? null : String(receipt.evse_id), 'evse'],
    [t('receipt.started'), format.instant(receipt.started_at, 'dateTimeSeconds', zone), 'started'],
    [t('receipt.ended'), format.instant(receipt.ended_at, 'dateTimeSeconds', zone), 'ended'],
    [t('receipt.zone'), zone && zone !== ownZone ? zone : null, 'zone'],
    [t('receipt.duration'), format.duration(receipt.duration_s), 'duration'],
    [
      t('receipt.registerStart'),
      receipt.register_start_wh === null ? null : formatRegister(format, receipt.register_start_wh),
      'register-start',
    ],
    [
      t('receipt.registerEnd'),
      receipt.register_end_wh === null ? null : formatRegister(format, receipt.register_end_wh),
      'register-end',
    ],
    [
      t('price.tariff'),
      receipt.price &&
        t('price.tariffVersion', { name: receipt.price.tariff_name, version: receipt.price.tariff_version }),
      'tariff',
    ],
    [t('receipt.token'), receipt.id_token, 'token'],
    [t('receipt.reason'), tellReason(receipt), 'reason'],
    [t('receipt.operator'), receipt.operator_name, 'operator'],
    [t('receipt.number'), receipt.receipt_number, 'number'],
  ];
  return lines.flatMap(([name, value, testId]) => (value ? [[name, value, testId] as [string, string, string]] : []));
}

/** What a driver keeps of a charge. No price where none was computed: what is not known is not shown. */
export function ReceiptPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { sessionId } = route.useParams();
  const { data, error, isError, refetch } = useQuery({
    ...receiptQuery(sessionId),
    refetchInterval: ({ state }) => (isSettling(state.data, Date.now()) ? SETTLING_POLL_MILLIS : false),
  });
  const lines = useLines(data);

  async function share(receipt: Receipt) {
    const text = [
      `${t('receipt.title')} · ${format.energy(receipt.energy_wh)}`,
      ...(receipt.price ? [`${t('price.gross')}: ${format.money(receipt.price.gross, receipt.price.currency)}`] : []),
      ...lines.map(([name, value]) => `${name}: ${value}`),
    ].join('\n');
    try {
      if (typeof Reflect.get(navigator, 'share') === 'function')
        await navigator.share({ title: t('receipt.title'), text });
      else {
        await navigator.clipboard.writeText(text); // missing without TLS: caught below
        tellNotice(t('receipt.copied'));
      }
    } catch (failure) {
      const isChanged = failure instanceof DOMException && failure.name === 'AbortError';
      if (!isChanged) tellNotice(t('receipt.notShared'));
    }
  }

  return (
    <>
      <PageHead title={t('receipt.title')} />
      <main className="bd-page bd-receipt" data-testid="receipt">
        {!data && (isError ? <PageProblem error={error} onRetry={() => void refetch()} /> : <Loading rows={9} />)}
        {data && (
          <>
            <article className="bd-card bd-receipt-paper">
              <header>
                <Brand size={28} />
                <span>{data.operator_name}</span>
              </header>
              <p className="bd-receipt-energy" data-testid="receipt-energy" data-energy-wh={data.energy_wh}>
                <Figure parts={energyParts(format.locale, data.energy_wh)} />
                <small>{t('receipt.delivered')}</small>
              </p>
              {data.price && <ReceiptPrice price={data.price} zone={data.time_zone ?? undefined} />}
              <dl className="bd-receipt-facts">
                {lines.map(([name, value, testId]) => (
                  <div key={testId} data-testid={`receipt-${testId}`}>
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                  </div>
                ))}
              </dl>
              {data.flags.length > 0 && (
                <ul className="bd-receipt-flags">
                  {data.flags.map((flag) => (
                    <li key={flag}>{t(`flag.${flag}`)}</li>
                  ))}
                </ul>
              )}
            </article>
            <div className="bd-receipt-actions">
              <Button size="large" data-testid="share" onClick={() => void share(data)}>
                <Icon name="share" size={20} />
                {t('receipt.share')}
              </Button>
              <Button size="large" data-testid="print" onClick={() => window.print()}>
                <Icon name="print" size={20} />
                {t('receipt.print')}
              </Button>
            </div>
            <PaperActions sessionId={sessionId} endedAt={data.ended_at} />
            <Link to="/history" className="bd-button-link bd-quiet" data-testid="to-history">
              {t('receipt.toHistory')}
            </Link>
            <Link
              to="/reports/new"
              search={{ station: data.station_id, session: data.session_id }}
              className="bd-link bd-centred"
              data-testid="report"
            >
              <Icon name="flag" size={20} />
              {t('report.action')}
            </Link>
            <InstallCard />
          </>
        )}
      </main>
    </>
  );
}
