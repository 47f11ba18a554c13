import type { Schemas } from '@busbar/client';
import { Empty, Loading } from '@busbar/kit';
import { Button, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../parts/Panel';
import { useAsk } from '../../parts/useAsk';
import { usePermits } from '../../queries/me';
import { useAssignments, useUnassignTariff } from '../../queries/tariffs';
import { Assign } from './Assign';
import { usePeriodWords } from './usePeriodWords';

type Assignment = Schemas['Assignment'];

function stateOf({ is_over: isOver, is_future: isFuture }: Assignment): 'over' | 'future' | 'now' {
  if (isOver) return 'over';
  return isFuture ? 'future' : 'now';
}

const tags = { over: '', future: 'bc-tag-warn', now: 'bc-tag-good' } as const;

function Row({ assignment }: { assignment: Assignment }) {
  const { t } = useTranslation();
  const ask = useAsk();
  const permits = usePermits();
  const tellPeriod = usePeriodWords();
  const unassign = useUnassignTariff();
  const subject = assignment.subject_name ?? assignment.subject;
  const state = stateOf(assignment);
  return (
    <li data-state={state} data-testid="assignment">
      <span>
        <b>{t(`tariff.scope.${assignment.scope}`)}</b> {subject}{' '}
        <Tag className={tags[state]}>{t(`tariff.assignmentState.${state}`)}</Tag>
        <small className="bc-soft">{tellPeriod(assignment)}</small>
        {assignment.overlaps.map((other) => (
          <small key={other.assignment_id} className="bc-overlap" data-testid="overlap">
            {t(`tariff.overlap.${other.is_ruling ? 'yields' : 'rules'}`, {
              tariff: other.tariff_name,
              period: tellPeriod(other),
            })}
          </small>
        ))}
      </span>
      {permits('manage_prices') && state !== 'over' && (
        <Button
          size="small"
          onClick={() =>
            ask({
              title: t('tariff.unassignAsk', { subject: subject || t('tariff.scope.operator') }),
              text: t('tariff.unassignText'),
              yes: t('tariff.unassign'),
              deed: () => unassign.mutateAsync(assignment.assignment_id),
            })
          }
          data-testid="unassign"
        >
          {t('tariff.unassign')}
        </Button>
      )}
    </li>
  );
}

/** Whose tariff it is, was, and shall be. */
export function Assignments({ tariffId, isPublished }: { tariffId: string; isPublished: boolean }) {
  const { t } = useTranslation();
  const permits = usePermits();
  const { data } = useAssignments(tariffId);
  return (
    <Panel title={t('tariff.assignments')} testId="tariff-assignments">
      <p className="bc-soft">{t('tariff.assignmentsText')}</p>
      {!data && <Loading rows={3} />}
      {data?.items.length === 0 && <Empty title={t('tariff.unassigned')} />}
      <ul className="bc-assignments">
        {data?.items.map((each) => (
          <Row key={each.assignment_id} assignment={each} />
        ))}
      </ul>
      {permits('manage_prices') && isPublished && <Assign tariffId={tariffId} />}
    </Panel>
  );
}
