import { PlusOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import { useFormat } from '@busbar/kit';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { keepGiven } from '../../parts/keepGiven';
import { type Columns, ListTable, NothingListed, sortable } from '../../parts/ListTable';
import { MayLink } from '../../parts/MayLink';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { SearchBox } from '../../parts/SearchBox';
import { usePermits } from '../../queries/me';
import { useProfiles } from '../../queries/profiles';
import { ProfileEdit } from './ProfileEdit';
import { ScheduleSketch } from './ScheduleSketch';

const route = getRouteApi('/shell/profiles');
type Template = Schemas['ProfileTemplate'];
type Search = ReturnType<typeof route.useSearch>;

export function ProfilesPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/profiles' });
  const permits = usePermits();
  const list = useProfiles(search);
  const { after: _after, page: _page, edit, ...filters } = search;
  const change = (changed: Partial<Search>) => void navigate({ search: keepGiven({ ...filters, ...changed }) });
  const show = (edit?: string) => void navigate({ search: keepGiven({ ...search, edit }), resetScroll: false });
  const columns: Columns<Template> = [
    {
      title: t('profile.name'),
      ...sortable('name', search),
      render: (_, template) => (
        <MayLink
          needs="manage_network"
          to="/profiles"
          search={{ ...search, edit: template.template_id }}
          className="bc-link"
        >
          {template.name}
        </MayLink>
      ),
    },
    {
      title: t('profile.schedule'),
      key: 'schedule',
      render: (_, { profile }) => <ScheduleSketch schedule={profile.schedule} />,
    },
    {
      title: t('profile.purpose'),
      key: 'purpose',
      render: (_, { profile }) => t(`profile.purposes.${profile.purpose}`),
    },
    { title: t('profile.kind'), key: 'kind', render: (_, { profile }) => t(`profile.kinds.${profile.kind}`) },
    {
      title: t('profile.stackLevel'),
      key: 'stack',
      align: 'right',
      render: (_, { profile }) => <span className="bc-number">{profile.stack_level}</span>,
    },
    {
      title: t('profile.changed'),
      ...sortable('changed_at', search),
      align: 'right',
      render: (_, template) => <span className="bc-number bc-soft">{format.instant(template.changed_at)}</span>,
    },
  ];
  const addButton = permits('manage_network') && (
    <Button type="primary" icon={<PlusOutlined />} data-testid="profile-create" onClick={() => show('new')}>
      {t('profile.create')}
    </Button>
  );
  return (
    <>
      <PageHead title={t('nav.profiles')} actions={addButton}>
        {t('profile.text')}
      </PageHead>
      <Panel flush>
        <div className="bc-filters">
          <SearchBox
            value={search.q}
            onSearch={(q) => change({ q })}
            label={t('profile.search')}
            testId="profile-search"
          />
        </div>
        <ListTable
          list={list}
          columns={columns}
          rowKey="template_id"
          label={t('nav.profiles')}
          place={search}
          onPlace={(place) => change({ sort: undefined, ...place })}
          {...(permits('manage_network') && {
            onOpen: ({ template_id: templateId }: Template) => show(templateId),
          })}
          testId="profiles"
          empty={
            <NothingListed isFiltered={Boolean(search.q)} title={t('profile.none')} action={addButton}>
              {t('profile.noneText')}
            </NothingListed>
          }
        />
      </Panel>
      <ProfileEdit templateId={permits('manage_network') ? edit : undefined} onClose={() => show()} />
    </>
  );
}
