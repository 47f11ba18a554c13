import { PlusOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import { languageNames, languages, useFormat, useNow } from '@busbar/kit';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { App, Button, Form, Input, Select, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { AuditTrail } from '../../parts/AuditTrail';
import { EditDrawer } from '../../parts/EditDrawer';
import { keepGiven } from '../../parts/keepGiven';
import { type Columns, ListTable, NothingListed } from '../../parts/ListTable';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { SearchBox } from '../../parts/SearchBox';
import { useAsk } from '../../parts/useAsk';
import { useTell } from '../../parts/useTell';
import { useTellKept } from '../../parts/useTellKept';
import { useOpened } from '../../parts/useUnopened';
import {
  keptStaff,
  keptStaffStatus,
  useCreateStaff,
  useResetStaffPassword,
  useSendStaffLink,
  useStaff,
  useStaffMember,
  useUpdateStaff,
} from '../../queries/admin';
import { keptFactorPolicy, useOperator, useUpdateOperator } from '../../queries/factors';
import { useMailState } from '../../queries/mail';
import { useMe } from '../../queries/me';
import { useSiteOptions } from '../../queries/sites';
import { AccountMark } from '../access/AccountMark';
import { useShowSecret } from '../station/useShowSecret';
import { roles } from './roles';
import { StaffSecurity } from './StaffSecurity';

const route = getRouteApi('/shell/staff');
type Member = Schemas['StaffMember'];
type Search = ReturnType<typeof route.useSearch>;

interface Values {
  email: string;
  display_name: string;
  role: Schemas['Role'];
  language: string;
  site_ids: string[];
}

function StaffButtons({ member, onClose }: { member: Member; onClose: () => void }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const tell = useTell();
  const ask = useAsk();
  const showSecret = useShowSecret();
  const update = useUpdateStaff();
  const reset = useResetStaffPassword();
  const sendLink = useSendStaffLink();
  const { data: mail } = useMailState();
  const { staff_id: staffId, display_name: name, is_active: isActive } = member;
  const told = useTellKept(keptStaffStatus);
  const turn = () =>
    void update.mutateAsync({ staffId, body: { is_active: !isActive } }).then((left) => {
      told.changed(isActive ? t('undo.blocked', { name }) : t('undo.unblocked', { name }), member, left);
      onClose();
    }, tell.problem);
  const askReset = () =>
    void modal.confirm({
      title: t('staff.reset'),
      content: t('staff.resetText', { name: member.display_name }),
      okText: t('staff.reset'),
      onOk: () =>
        reset
          .mutateAsync(staffId)
          .then(({ password }) =>
            showSecret({ title: t('staff.passwordMade'), text: t('staff.passwordMadeText'), secret: password }),
          )
          .catch(tell.problem),
    });
  return (
    <span className="bc-head-actions">
      {mail?.is_on && isActive && (
        <Button
          size="small"
          loading={sendLink.isPending}
          data-testid="staff-send-link"
          onClick={() =>
            ask({
              title: t('staff.sendLinkAsk', { email: member.email }),
              yes: t('staff.sendLink'),
              deed: async () => {
                const { letter_id: letterId } = await sendLink.mutateAsync(staffId);
                if (letterId) tell.done(t('staff.linkSent'));
                else tell.warn(t('staff.linksEnough'));
              },
            })
          }
        >
          {t('staff.sendLink')}
        </Button>
      )}
      <Button size="small" onClick={askReset}>
        {t('staff.reset')}
      </Button>
      <Button size="small" danger={isActive} data-testid="staff-block" onClick={turn}>
        {isActive ? t('driver.block') : t('driver.unblock')}
      </Button>
    </span>
  );
}

function StaffEdit({ staffId, onClose }: { staffId: string | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const isNew = staffId === 'new';
  const { data: me } = useMe();
  const asked = isNew ? undefined : staffId;
  const reading = useStaffMember(asked);
  const member = useOpened('staff', asked, reading, onClose);
  const create = useCreateStaff();
  const update = useUpdateStaff();
  const told = useTellKept(keptStaff);
  const sites = useSiteOptions();
  const showSecret = useShowSecret();
  const tell = useTell();

  async function save(values: Values): Promise<void> {
    if (member) {
      const left = await update.mutateAsync({ staffId: member.staff_id, body: values });
      told.saved(left.display_name, member, left);
    } else {
      const { password, is_invited: isInvited } = await create.mutateAsync({ ...values, is_platform: false });
      if (isInvited) tell.done(t('staff.invited', { email: values.email }));
      if (password) showSecret({ title: t('staff.passwordMade'), text: t('staff.passwordMadeText'), secret: password });
    }
    onClose();
  }

  return (
    <EditDrawer<Values>
      key={member?.staff_id ?? staffId}
      title={isNew ? t('staff.create') : t('staff.edit')}
      isOpen={isNew || member !== undefined}
      onClose={onClose}
      testId="staff-form"
      initial={member ?? { role: 'support', language: 'en', site_ids: [] }}
      save={save}
      extra={member && member.staff_id !== me?.staff_id && <StaffButtons member={member} onClose={onClose} />}
    >
      <Form.Item name="display_name" label={t('staff.name')} rules={[{ required: true, message: t('form.required') }]}>
        <Input autoFocus maxLength={120} data-testid="staff-form-name" />
      </Form.Item>
      <Form.Item
        name="email"
        label={t('signIn.email')}
        rules={[{ required: true, type: 'email', message: t('form.email') }]}
      >
        <Input type="email" maxLength={254} data-testid="staff-form-email" />
      </Form.Item>
      <Form.Item name="role" label={t('staff.role')} extra={t('staff.roleHint')}>
        <Select options={roles.map((value) => ({ value, label: t(`role.${value}`) }))} />
      </Form.Item>
      <Form.Item name="site_ids" label={t('token.sites')} extra={t('staff.sitesHint')}>
        <Select mode="multiple" allowClear optionFilterProp="label" options={sites} />
      </Form.Item>
      <Form.Item name="language" label={t('driver.language')}>
        <Select options={languages.map((value) => ({ value, label: languageNames[value] }))} />
      </Form.Item>
      {member && <StaffSecurity staffId={member.staff_id} />}
      {member && <AuditTrail subject={`staff:${member.staff_id}`} />}
    </EditDrawer>
  );
}

/** Whether all staff need a second factor. */
function FactorPolicy() {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const tell = useTell();
  const { data: me } = useMe();
  const { data: operator } = useOperator(me?.operator_id);
  const update = useUpdateOperator();
  const told = useTellKept(keptFactorPolicy);
  if (!operator) return null;
  const set = (isRequired: boolean) =>
    update
      .mutateAsync({ operatorId: operator.operator_id, body: { requires_second_factor: isRequired } })
      .then((left) => told.saved(t('factor.require'), operator, left))
      .catch(tell.problem);
  const ask = (isRequired: boolean) =>
    isRequired
      ? void modal.confirm({ title: t('factor.require'), content: t('factor.requireText'), onOk: () => set(true) })
      : void set(false);
  return (
    <span className="bc-switch">
      <Switch
        checked={operator.requires_second_factor}
        loading={update.isPending}
        onChange={ask}
        aria-label={t('factor.require')}
        data-testid="factor-policy"
      />
      {t('factor.require')}
    </span>
  );
}

export function StaffPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/staff' });
  const list = useStaff(search);
  const { after: _after, page: _page, edit, ...filters } = search;
  const change = (changed: Partial<Search>) => void navigate({ search: keepGiven({ ...filters, ...changed }) });
  const show = (edit?: string) => void navigate({ search: keepGiven({ ...search, edit }), resetScroll: false });
  const columns: Columns<Member> = [
    {
      title: t('staff.name'),
      key: 'name',
      render: (_, member) => (
        <span className="bc-two-lines">
          <Link to="/staff" search={{ ...search, edit: member.staff_id }} className="bc-link">
            {member.display_name}
          </Link>
          <span>{member.email}</span>
        </span>
      ),
    },
    { title: t('staff.role'), key: 'role', render: (_, { role }) => t(`role.${role}`) },
    {
      title: t('token.sites'),
      key: 'sites',
      render: (_, member) => (member.site_ids.length ? format.number(member.site_ids.length) : t('staff.allSites')),
    },
    {
      title: t('driver.state'),
      key: 'state',
      render: (_, member) => <AccountMark status={member.is_active ? 'active' : 'blocked'} />,
    },
    {
      title: t('driver.signedIn'),
      key: 'signed-in',
      align: 'right',
      render: (_, { signed_in_at: at }) => (
        <span className="bc-soft bc-number">{at ? format.age(at, now) : t('driver.never')}</span>
      ),
    },
  ];
  return (
    <>
      <PageHead
        title={t('nav.staff')}
        page="staff"
        actions={
          <Button type="primary" icon={<PlusOutlined />} data-testid="staff-create" onClick={() => show('new')}>
            {t('staff.create')}
          </Button>
        }
      />
      <Panel flush>
        <div className="bc-filters">
          <SearchBox
            value={search.q}
            onSearch={(q) => change({ q })}
            label={t('driver.search')}
            testId="staff-search"
          />
          <FactorPolicy />
        </div>
        <ListTable
          list={list}
          columns={columns}
          rowKey="staff_id"
          label={t('nav.staff')}
          place={search}
          onPlace={(place) => change({ ...place })}
          onOpen={({ staff_id: staffId }) => show(staffId)}
          testId="staff"
          empty={<NothingListed isFiltered={Boolean(search.q)} title={t('staff.none')} />}
        />
      </Panel>
      <StaffEdit staffId={edit} onClose={() => show()} />
    </>
  );
}
