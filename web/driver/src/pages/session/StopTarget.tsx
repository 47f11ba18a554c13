import { energyParts, Figure, percentParts, useFormat } from '@busbar/kit';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd-mobile/es/components/button';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LiveSession } from '../../app/kept';
import { Segmented } from '../../parts/Segmented';
import { Sheet } from '../../parts/Sheet';
import { useProblemText } from '../../parts/useProblemText';
import { vehiclesQuery } from '../../queries/companion';
import { setStopTarget } from '../../queries/sessions';
import {
  batteryOf,
  expectEnd,
  modeOf,
  moveTarget,
  offerTarget,
  shareDone,
  type TargetChoice,
  type TargetMode,
} from '../../queries/target';

function useTargetText(session: LiveSession): string {
  const { t } = useTranslation();
  const format = useFormat();
  const { target } = session;
  if (!target) return t('target.none');
  if (target.energy_wh !== null) return t('target.energy', { figure: format.energy(target.energy_wh) });
  if (target.cost !== null)
    return t('target.cost', { figure: format.money(target.cost, session.cost?.currency ?? '') });
  if (target.soc_permille !== null) return t('target.soc', { figure: format.percent(target.soc_permille / 10) });
  return t('target.time', { time: format.instant(target.stop_at, 'time') });
}

/** The value of a choice, with a large button on either side of it. */
function Stepper({
  choice,
  currency,
  onChange,
}: {
  choice: TargetChoice;
  currency: string;
  onChange: (choice: TargetChoice) => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const { mode, value } = choice;
  if (mode === 'none') return null;
  return (
    <div className="bd-stepper">
      <button
        type="button"
        className="bd-round bd-raised"
        aria-label={t('target.fewer')}
        data-testid="target-less"
        onClick={() => onChange(moveTarget(choice, -1))}
      >
        −
      </button>
      <output data-testid="target-value" data-value={value}>
        {mode === 'time' || mode === 'cost' ? (
          <b>{mode === 'time' ? format.duration(value) : format.money(value, currency)}</b>
        ) : (
          <Figure
            parts={mode === 'energy' ? energyParts(format.locale, value) : percentParts(format.locale, value / 10)}
          />
        )}
        <small>{t(`target.note.${mode}`)}</small>
      </output>
      <button
        type="button"
        className="bd-round bd-raised"
        aria-label={t('target.more')}
        data-testid="target-more"
        onClick={() => onChange(moveTarget(choice, 1))}
      >
        +
      </button>
    </div>
  );
}

function TargetForm({ session, onClose }: { session: LiveSession; onClose: () => void }) {
  const { t } = useTranslation();
  const tellProblem = useProblemText();
  const client = useQueryClient();
  const [choice, setChoice] = useState(() =>
    offerTarget(session, modeOf(session) === 'none' ? 'energy' : modeOf(session)),
  );
  const save = useMutation({
    mutationFn: () => setStopTarget(session.session_id, choice),
    onSuccess: (after) => {
      client.setQueryData(['session', after.session_id], after);
      onClose();
    },
  });
  const modes: TargetMode[] = [
    'none',
    'energy',
    ...(session.cost === null ? [] : (['cost'] as const)),
    ...(session.soc_permille === null ? [] : (['soc'] as const)),
    'time',
  ];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <p className="bd-lead">{t('target.text')}</p>
      <Segmented
        legend={t('target.how')}
        isLegendHidden
        value={choice.mode}
        segments={modes.map((mode) => ({ value: mode, label: t(`target.mode.${mode}`), testId: `target-${mode}` }))}
        onChange={(mode) => setChoice(offerTarget(session, mode))}
      />
      <Stepper choice={choice} currency={session.cost?.currency ?? ''} onChange={setChoice} />
      {session.soc_permille === null && <p className="bd-fine">{t('target.noSoc')}</p>}
      {save.isError && (
        <p className="bd-problem" role="alert" data-testid="target-problem">
          {tellProblem(save.error)}
        </p>
      )}
      <Button
        block
        type="submit"
        size="large"
        color="primary"
        className="bd-main-button"
        loading={save.isPending}
        data-testid="target-save"
      >
        {t('target.keep')}
      </Button>
    </form>
  );
}

const VEHICLES_FRESH_MILLIS = 300_000;

/** When the charge ends by itself, how far it has come, and the way to change it. */
export function StopTarget({ session }: { session: LiveSession }) {
  const { t } = useTranslation();
  const format = useFormat();
  const text = useTargetText(session);
  const [isOpen, setIsOpen] = useState(false);
  const { target, soc_permille: soc, connector_kind: kind } = session;
  const { data: vehicles } = useQuery({
    ...vehiclesQuery,
    enabled: soc !== null && (!target || target.soc_permille !== null), // else the battery does not matter
    staleTime: VEHICLES_FRESH_MILLIS,
  });
  const end = expectEnd(session, batteryOf(vehicles?.items, kind));
  const share = shareDone(session);
  const isReached = target?.is_reached === true;
  return (
    <section
      className="bd-target"
      data-testid="target"
      data-mode={modeOf(session)}
      data-reached={isReached || undefined}
    >
      <button type="button" data-testid="target-open" onClick={() => setIsOpen(true)}>
        <span>
          <small>{t('target.title')}</small>
          <strong>{text}</strong>
          {isReached ? (
            <small>{t('target.reached')}</small>
          ) : (
            end !== null &&
            target?.stop_at == null && (
              <small data-testid="target-expected">
                {target
                  ? t('target.expected', { time: format.instant(end, 'time') })
                  : t('target.full', { time: format.instant(end, 'time') })}
              </small>
            )
          )}
        </span>
        <em>{t('target.change')}</em>
      </button>
      {share !== null && (
        <i className="bd-target-bar" aria-hidden="true">
          <i style={{ width: `${(share * 100).toFixed(1)}%` }} />
        </i>
      )}
      <Sheet isOpen={isOpen} onClose={() => setIsOpen(false)} title={t('target.sheet')} testId="target-sheet">
        <TargetForm session={session} onClose={() => setIsOpen(false)} />
      </Sheet>
    </section>
  );
}
