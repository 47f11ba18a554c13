import { PlusOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import { useFormat } from '@busbar/kit';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Button, Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { AuditTrail } from '../../parts/AuditTrail';
import { EditDrawer } from '../../parts/EditDrawer';
import { keepGiven } from '../../parts/keepGiven';
import { type Columns, ListTable, NothingListed } from '../../parts/ListTable';
import { MayLink } from '../../parts/MayLink';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { SearchBox } from '../../parts/SearchBox';
import { useTell } from '../../parts/useTell';
import { useTellKept } from '../../parts/useTellKept';
import { useOpened } from '../../parts/useUnopened';
import { keptGroup, useDeleteGroup, useGroup, useGroups, usePutGroup } from '../../queries/access';
import { usePermits } from '../../queries/me';

const route = getRouteApi('/shell/groups');
type Group = Schemas['TokenGroup'];
type Search = ReturnType<typeof route.useSearch>;

interface Values {
  value: string;
  name: string;
  concurrency: Schemas['ConcurrencyRule'];
}

function GroupEdit({ value, onClose }: { value: string | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const isNew = value === 'new';
  const asked = isNew ? undefined : value;
  const reading = useGroup(asked);
  const group = useOpened('group', asked, reading, onClose);
  const put = usePutGroup();
  const remove = useDeleteGroup();
  const told = useTellKept(keptGroup);

  async function save({ value: written, ...body }: Values): Promise<void> {
    const left = await put.mutateAsync({ value: group?.value ?? written.trim(), body });
    if (group) told.saved(left.name, group, left);
    onClose();
  }

  async function removeGroup(known: Group): Promise<void> {
    try {
      await remove.mutateAsync(known.value);
      told.deleted(known.name, known);
      onClose();
    } catch (error) {
      tell.problem(error);
    }
  }

  return (
    <EditDrawer<Values>
      key={group?.group_id ?? value}
      title={isNew ? t('group.create') : t('group.edit')}
      isOpen={isNew || group !== undefined}
      onClose={onClose}
      testId="group-form"
      initial={group ?? { concurrency: 'default' }}
      save={save}
      extra={
        group && (
          <Button
            danger
            disabled={group.token_count > 0}
            loading={remove.isPending}
            data-testid="group-delete"
            onClick={() => void removeGroup(group)}
          >
            {t('action.delete')}
          </Button>
        )
      }
    >
      <Form.Item name="name" label={t('group.name')} rules={[{ required: true, message: t('form.required') }]}>
        <Input autoFocus maxLength={120} data-testid="group-form-name" />
      </Form.Item>
      <Form.Item
        name="value"
        label={t('group.value')}
        extra={t('group.valueHint')}
        rules={[
          { required: true, message: t('form.required') },
          { pattern: /^[\x20-\x7e]{1,20}$/, message: t('group.valueRule') },
        ]}
      >
        <Input disabled={!isNew} maxLength={20} className="bc-code" data-testid="group-form-value" />
      </Form.Item>
      <Form.Item name="concurrency" label={t('token.concurrency')}>
        <Select
          options={(['default', 'allowed', 'denied'] as const).map((rule) => ({
            value: rule,
            label: t(`token.rule.${rule}`),
          }))}
        />
      </Form.Item>
      {group && <AuditTrail subject={`group:${group.group_id}`} />}
    </EditDrawer>
  );
}

export function GroupsPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/groups' });
  const permits = usePermits();
  const list = useGroups(search);
  const { after: _after, page: _page, edit, ...filters } = search;
  const change = (changed: Partial<Search>) => void navigate({ search: keepGiven({ ...filters, ...changed }) });
  const show = (edit?: string) => void navigate({ search: keepGiven({ ...search, edit }), resetScroll: false });
  const columns: Columns<Group> = [
    {
      title: t('group.name'),
      key: 'name',
      render: (_, group) => (
        <MayLink needs="manage_access" to="/groups" search={{ ...search, edit: group.value }} className="bc-link">
          {group.name}
        </MayLink>
      ),
    },
    { title: t('group.value'), key: 'value', render: (_, group) => <span className="bc-code">{group.value}</span> },
    { title: t('token.concurrency'), key: 'concurrency', render: (_, group) => t(`token.rule.${group.concurrency}`) },
    {
      title: t('driver.tokens'),
      key: 'tokens',
      align: 'right',
      render: (_, group) => (
        <Link to="/tokens" search={{ group: group.value }} className="bc-number">
          {format.number(group.token_count)}
        </Link>
      ),
    },
  ];
  const addButton = permits('manage_access') && (
    <Button type="primary" icon={<PlusOutlined />} data-testid="group-create" onClick={() => show('new')}>
      {t('group.create')}
    </Button>
  );
  return (
    <>
      <PageHead page="groups" title={t('nav.groups')} actions={addButton}>
        {t('group.text')}
      </PageHead>
      <Panel flush>
        <div className="bc-filters">
          <SearchBox value={search.q} onSearch={(q) => change({ q })} label={t('group.search')} testId="group-search" />
        </div>
        <ListTable
          list={list}
          columns={columns}
          rowKey="group_id"
          label={t('nav.groups')}
          place={search}
          onPlace={(place) => change({ ...place })}
          {...(permits('manage_access') && { onOpen: ({ value }: Group) => show(value) })}
          testId="groups"
          empty={
            <NothingListed isFiltered={Boolean(search.q)} title={t('group.none')} action={addButton}>
              {t('group.noneText')}
            </NothingListed>
          }
        />
      </Panel>
      <GroupEdit value={permits('manage_access') ? edit : undefined} onClose={() => show()} />
    </>
  );
}
