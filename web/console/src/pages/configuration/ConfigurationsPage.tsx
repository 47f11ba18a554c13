import { PlusOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import { useFormat } from '@busbar/kit';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { keepGiven } from '../../parts/keepGiven';
import { type Columns, ListTable, NothingListed } from '../../parts/ListTable';
import { MayLink } from '../../parts/MayLink';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { SearchBox } from '../../parts/SearchBox';
import { useConfigurations } from '../../queries/configuration';
import { usePermits } from '../../queries/me';
import { useSiteOptions } from '../../queries/sites';
import { ConfigurationEdit } from './ConfigurationEdit';

const route = getRouteApi('/shell/configurations');
type Template = Schemas['ConfigurationTemplate'];
type Search = ReturnType<typeof route.useSearch>;

/** How an operator wants stations to be set. */
export function ConfigurationsPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/configurations' });
  const permits = usePermits();
  const list = useConfigurations(search);
  const sites = useSiteOptions();
  const { after: _after, page: _page, edit, ...filters } = search;
  const change = (changed: Partial<Search>) => void navigate({ search: keepGiven({ ...filters, ...changed }) });
  const show = (edit?: string) => void navigate({ search: keepGiven({ ...search, edit }), resetScroll: false });
  const conditions = (template: Template) =>
    [template.vendor, template.model, sites.find(({ value }) => value === template.site_id)?.label]
      .filter(Boolean)
      .join(' · ');
  const columns: Columns<Template> = [
    {
      title: t('profile.name'),
      key: 'name',
      render: (_, template) => (
        <MayLink
          needs="manage_network"
          to="/configurations"
          search={{ ...search, edit: template.template_id }}
          className="bc-link"
        >
          {template.name}
        </MayLink>
      ),
    },
    { title: t('configuration.dialect'), key: 'dialect', render: (_, { dialect }) => `OCPP ${dialect}` },
    {
      title: t('configuration.inherited'),
      key: 'inherited',
      render: (_, template) =>
        conditions(template) ? (
          <span data-verbatim>{conditions(template)}</span>
        ) : (
          <span className="bc-soft">{t('configuration.onlyGiven')}</span>
        ),
    },
    {
      title: t('configuration.settings'),
      key: 'settings',
      align: 'right',
      render: (_, { settings }) => <span className="bc-number">{format.number(settings.length)}</span>,
    },
    {
      title: t('profile.changed'),
      key: 'changed',
      align: 'right',
      render: (_, template) => <span className="bc-number bc-soft">{format.instant(template.changed_at)}</span>,
    },
  ];
  const addButton = permits('manage_network') && (
    <Button type="primary" icon={<PlusOutlined />} data-testid="configuration-create" onClick={() => show('new')}>
      {t('configuration.create')}
    </Button>
  );
  return (
    <>
      <PageHead title={t('nav.configurations')} actions={addButton}>
        {t('configuration.about')}
      </PageHead>
      <Panel flush>
        <div className="bc-filters">
          <SearchBox
            value={search.q}
            onSearch={(q) => change({ q })}
            label={t('configuration.search')}
            testId="configuration-search"
          />
        </div>
        <ListTable
          list={list}
          columns={columns}
          rowKey="template_id"
          label={t('nav.configurations')}
          place={search}
          onPlace={(place) => change({ ...place })}
          {...(permits('manage_network') && {
            onOpen: ({ template_id: templateId }: Template) => show(templateId),
          })}
          testId="configurations"
          empty={
            <NothingListed isFiltered={Boolean(search.q)} title={t('configuration.none')} action={addButton}>
              {t('configuration.noneText')}
            </NothingListed>
          }
        />
      </Panel>
      <ConfigurationEdit templateId={permits('manage_network') ? edit : undefined} onClose={() => show()} />
    </>
  );
}
