import type { Schemas } from '@busbar/client';
import { useFormat, useNow } from '@busbar/kit';
import { Button, DatePicker, Select } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTell } from '../../parts/useTell';
import { usePermits } from '../../queries/me';
import { useAssignTariff, useHeldBy } from '../../queries/tariffs';
import { SubjectSelect } from './SubjectSelect';
import { usePeriodWords } from './usePeriodWords';

type Scope = Schemas['Scope'];
type Held = Schemas['Assignment'];

const scopes = ['operator', 'site', 'station', 'connector', 'partner', 'plan', 'company', 'group', 'driver'] as const;

interface Wish {
  fromMillis: number;
  untilMillis: number;
}

/** What else is assigned to the same thing while the new one would hold. */
function overlapsOf(held: readonly Held[], { fromMillis, untilMillis }: Wish): Held[] {
  return held.filter(
    ({ valid_from: from, valid_until: until }) =>
      Date.parse(from) < untilMillis && (until === null || fromMillis < Date.parse(until)),
  );
}

function Overlaps({ scope, subject, wish }: { scope: Scope; subject: string; wish: Wish }) {
  const { t } = useTranslation();
  const tellPeriod = usePeriodWords();
  const { data } = useHeldBy(scope, subject);
  const found = overlapsOf(data?.items ?? [], wish);
  if (found.length === 0) return null;
  return (
    <ul className="bc-overlaps" data-testid="assign-overlaps">
      {found.map((each) => (
        <li key={each.assignment_id}>
          {t(`tariff.overlap.${Date.parse(each.valid_from) > wish.fromMillis ? 'yields' : 'rules'}`, {
            tariff: each.tariff_name,
            period: tellPeriod(each),
          })}
        </li>
      ))}
    </ul>
  );
}

/** Lets a tariff be that of a thing or of people, from when until when. */
export function Assign({ tariffId }: { tariffId: string }) {
  const { t } = useTranslation();
  const tell = useTell();
  const now = useNow();
  const format = useFormat();
  const permits = usePermits();
  const assign = useAssignTariff();
  const [scope, setScope] = useState<Scope>('site');
  const [subject, setSubject] = useState('');
  const [from, setFrom] = useState<Dayjs | null>(null);
  const [until, setUntil] = useState<Dayjs | null>(null);
  const wish = { fromMillis: Math.max(from?.valueOf() ?? now, now), untilMillis: until?.valueOf() ?? Infinity };
  const isBackwards = wish.untilMillis <= wish.fromMillis;
  const isChosen = scope === 'operator' || subject !== '';
  const save = () =>
    assign.mutate(
      {
        tariff_id: tariffId,
        scope,
        subject,
        valid_from: from?.toISOString() ?? null,
        valid_until: until?.toISOString() ?? null,
      },
      {
        onSuccess: ({ valid_from: begins, is_future: isFuture }) => {
          setSubject('');
          setFrom(null);
          setUntil(null);
          tell.done(isFuture ? t('tariff.assignedFrom', { at: format.instant(begins) }) : t('tariff.assigned'));
        },
        onError: tell.problem,
      },
    );
  const dates = { showTime: { format: 'HH:mm' }, format: 'YYYY-MM-DD HH:mm' } as const;
  return (
    <div className="bc-assign">
      <Select<Scope>
        value={scope}
        onChange={(chosen) => {
          setScope(chosen);
          setSubject('');
        }}
        options={scopes
          .filter((value) => value !== 'company' || permits('read_money'))
          .map((value) => ({ value, label: t(`tariff.scope.${value}`) }))}
        aria-label={t('tariff.assignTo')}
        data-testid="assign-scope"
      />
      <span className="bc-assign-subject">
        {scope !== 'operator' && <SubjectSelect key={scope} scope={scope} value={subject} onChange={setSubject} />}
      </span>
      <DatePicker
        {...dates}
        value={from}
        onChange={setFrom}
        placeholder={t('tariff.fromNow')}
        aria-label={t('tariff.validFrom')}
        data-testid="assign-from"
      />
      <DatePicker
        {...dates}
        value={until}
        onChange={setUntil}
        placeholder={t('tariff.withoutEnd')}
        aria-label={t('tariff.validUntil')}
        data-testid="assign-until"
        {...(isBackwards && { status: 'error' as const })}
      />
      <Button
        type="primary"
        loading={assign.isPending}
        disabled={!isChosen || isBackwards}
        data-testid="assign-save"
        onClick={save}
      >
        {t('tariff.assign')}
      </Button>
      {isBackwards && (
        <p className="bc-field-problem" role="alert">
          {t('tariff.endsBefore')}
        </p>
      )}
      {isChosen && <Overlaps scope={scope} subject={subject} wish={wish} />}
    </div>
  );
}
