import { ExperimentOutlined } from '@ant-design/icons';
import { Loading, useFormat, useNow } from '@busbar/kit';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Button, Input, Tag } from 'antd';
import { useId, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AuditTrail } from '../../parts/AuditTrail';
import { Failure } from '../../parts/Failure';
import { LinkButton } from '../../parts/LinkButton';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { useTell } from '../../parts/useTell';
import { useMe, usePermits } from '../../queries/me';
import { useOwnCurrency, useSaveTariff, useTariff, useTariffVersions } from '../../queries/tariffs';
import { Assignments } from './Assignments';
import { readFieldProblems } from './fieldProblems';
import { Preview, useTermsPreview } from './Preview';
import { Publish } from './Publish';
import { TermsForm } from './TermsForm';
import './tariff.css';
import type { Schemas } from '@busbar/client';
import { beginTerms, fillTerms, type Terms } from './terms';

const route = getRouteApi('/shell/tariffs/$tariffId');
type Tariff = Schemas['Tariff'];

function Versions({ tariff }: { tariff: Tariff }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const { data } = useTariffVersions(tariff.tariff_id);
  if (!data?.items.length) return null;
  return (
    <Panel title={t('tariff.versions')} testId="tariff-versions">
      <ul className="bc-assignments">
        {data.items.map((version) => (
          <li key={version.version}>
            <span>
              <b>{t('tariff.versionNumber', { version: version.version })}</b>
              {Date.parse(version.valid_from) > now && (
                <Tag className="bc-tag-warn">{t('tariff.assignmentState.future')}</Tag>
              )}
              <small className="bc-soft">{t('tariff.since', { at: format.instant(version.valid_from) })}</small>
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Editor({ tariff, currency }: { tariff: Tariff | undefined; currency: string }) {
  const { t } = useTranslation();
  const tell = useTell();
  const format = useFormat();
  const now = useNow();
  const navigate = useNavigate();
  const permits = usePermits();
  const mayWrite = permits('manage_prices') && !tariff?.retired_at;
  const nameId = useId();
  const [name, setName] = useState(tariff?.name ?? '');
  const [terms, setTerms] = useState<Terms>(() => (tariff ? fillTerms(tariff.draft) : beginTerms(currency)));
  const [isChanged, setChanged] = useState(tariff === undefined);
  const [example, setExample] = useState({ energyKwh: 30, minutes: 45 });
  const preview = useTermsPreview(terms, example);
  const problems = useMemo(() => readFieldProblems(preview.error), [preview.error]);
  const save = useSaveTariff(tariff?.tariff_id);
  const change = (changed: Terms) => {
    setTerms(changed);
    setChanged(true);
  };
  const keep = async () => {
    try {
      const saved = await save.mutateAsync({ name, terms });
      setChanged(false);
      if (!tariff) await navigate({ to: '/tariffs/$tariffId', params: { tariffId: saved.tariff_id } });
    } catch (error) {
      tell.problem(error);
    }
  };
  return (
    <>
      <PageHead
        title={tariff?.name ?? t('tariff.create')}
        mark={
          tariff && (
            <>
              {tariff.retired_at && <Tag>{t('tariff.retired')}</Tag>}
              {!tariff.retired_at && tariff.version === 0 && <Tag>{t('tariff.draft')}</Tag>}
              {tariff.version > 0 && (
                <Tag className="bc-tag-good" data-testid="tariff-version">
                  {t('tariff.versionNumber', { version: tariff.version })}
                </Tag>
              )}
              {tariff.valid_from !== null && Date.parse(tariff.valid_from) > now && (
                <Tag className="bc-tag-warn">{t('tariff.since', { at: format.instant(tariff.valid_from) })}</Tag>
              )}
              {tariff.version > 0 && tariff.is_draft_new && <Tag className="bc-tag-warn">{t('tariff.draftNew')}</Tag>}
            </>
          )
        }
        up={{ label: t('nav.tariffs'), link: { to: '/tariffs' } }}
        actions={
          mayWrite && (
            <>
              {tariff && (
                <LinkButton
                  to="/tariffs/what-if"
                  search={{ tariff: tariff.tariff_id }}
                  icon={<ExperimentOutlined />}
                  data-testid="tariff-what-if"
                >
                  {t('nav.whatIf')}
                </LinkButton>
              )}
              <Button
                onClick={() => void keep()}
                loading={save.isPending}
                disabled={!isChanged || name.trim() === ''}
                data-testid="tariff-save"
              >
                {t('tariff.saveDraft')}
              </Button>
              {tariff && <Publish tariff={tariff} isChanged={isChanged} />}
            </>
          )
        }
      >
        {t('tariff.editorText')}
      </PageHead>
      <div className="bc-tariff">
        <div className="bc-stack">
          <Panel title={t('tariff.terms')}>
            <div className="bc-terms-field bc-tariff-name">
              <label htmlFor={nameId}>{t('tariff.name')}</label>
              <Input
                id={nameId}
                value={name}
                maxLength={100}
                data-testid="tariff-name"
                onChange={({ target }) => {
                  setName(target.value);
                  setChanged(true);
                }}
              />
            </div>
            <TermsForm value={terms} onChange={change} problems={problems} />
          </Panel>
          {tariff && <Assignments tariffId={tariff.tariff_id} isPublished={tariff.version > 0} />}
          {tariff && <Versions tariff={tariff} />}
          {tariff && <AuditTrail subject={`tariff:${tariff.tariff_id}`} />}
        </div>
        <Preview preview={preview} example={example} onExample={setExample} />
      </div>
    </>
  );
}

/** A tariff: what it says, for changing, beside what drivers will see of it. */
export function TariffPage() {
  const { t } = useTranslation();
  const { tariffId } = route.useParams();
  const isNew = tariffId === 'new';
  const { data: me } = useMe();
  const currency = useOwnCurrency(me?.operator_id);
  const { data: tariff, error } = useTariff(isNew ? undefined : tariffId);
  if (error && !tariff) return <Failure error={error} action={<Link to="/tariffs">{t('tariff.toList')}</Link>} />;
  if ((!isNew && !tariff) || !currency) return <Loading rows={10} />;
  return (
    <Editor key={isNew ? 'new' : `${tariff?.tariff_id}-${tariff?.changed_at}`} tariff={tariff} currency={currency} />
  );
}
