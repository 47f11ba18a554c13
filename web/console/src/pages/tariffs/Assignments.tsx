import type { Schemas } from '@busbar/client';
import { Empty, Loading, useFormat } from '@busbar/kit';
import { Button, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../parts/Panel';
import { useTell } from '../../parts/useTell';
import { usePermits } from '../../queries/me';
import { useSiteOptions } from '../../queries/sites';
import { useAssignments, useAssignTariff, useUnassignTariff } from '../../queries/tariffs';

type Scope = Schemas['Scope'];

const scopes = ['operator', 'site', 'station', 'connector', 'group', 'driver', 'plan', 'partner'] as const;

function Assign({ tariffId }: { tariffId: string }) {
  const { t } = useTranslation();
  const tell = useTell();
  const assign = useAssignTariff();
  const [scope, setScope] = useState<Scope>('site');
  const [subject, setSubject] = useState('');
  const sites = useSiteOptions();
  return (
    <div className="bc-assign">
      <Select<Scope>
        value={scope}
        onChange={(chosen) => {
          setScope(chosen);
          setSubject('');
        }}
        options={scopes.map((value) => ({ value, label: t(`tariff.scope.${value}`) }))}
        aria-label={t('tariff.assignTo')}
        data-testid="assign-scope"
      />
      {scope === 'site' && (
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          value={subject || null}
          onChange={setSubject}
          options={sites}
          placeholder={t('tariff.subject.site')}
          aria-label={t('tariff.subject.site')}
          data-testid="assign-site"
        />
      )}
      {scope !== 'site' && scope !== 'operator' && (
        <Input
          value={subject}
          onChange={({ target }) => setSubject(target.value)}
          placeholder={t(`tariff.subject.${scope}`)}
          aria-label={t(`tariff.subject.${scope}`)}
          maxLength={120}
        />
      )}
      <Button
        type="primary"
        loading={assign.isPending}
        disabled={scope !== 'operator' && subject === ''}
        data-testid="assign-save"
        onClick={() =>
          assign.mutate(
            { tariff_id: tariffId, scope, subject },
            { onSuccess: () => setSubject(''), onError: tell.problem },
          )
        }
      >
        {t('tariff.assign')}
      </Button>
    </div>
  );
}

/** Whose tariff it is, and whose it shall be. */
export function Assignments({ tariffId, isPublished }: { tariffId: string; isPublished: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const tell = useTell();
  const permits = usePermits();
  const { data } = useAssignments(tariffId);
  const unassign = useUnassignTariff();
  return (
    <Panel title={t('tariff.assignments')} testId="tariff-assignments">
      <p className="bc-soft">{t('tariff.assignmentsText')}</p>
      {!data && <Loading rows={3} />}
      {data?.items.length === 0 && <Empty title={t('tariff.unassigned')} />}
      <ul className="bc-assignments">
        {data?.items.map((each) => (
          <li key={each.assignment_id}>
            <span>
              <b>{t(`tariff.scope.${each.scope}`)}</b> {each.subject_name ?? each.subject}
              <small className="bc-soft">{t('tariff.since', { at: format.instant(each.valid_from) })}</small>
            </span>
            {permits('manage_prices') && (
              <Button
                size="small"
                onClick={() => unassign.mutate(each.assignment_id, { onError: tell.problem })}
                data-testid="unassign"
              >
                {t('tariff.unassign')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {permits('manage_prices') && isPublished && <Assign tariffId={tariffId} />}
    </Panel>
  );
}
