import { PlusOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import { languageNames, languages, useFormat, useNow } from '@busbar/kit';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { App, Button, Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { AuditTrail } from '../../parts/AuditTrail';
import { EditDrawer } from '../../parts/EditDrawer';
import { keepGiven } from '../../parts/keepGiven';
import type { ListFile } from '../../parts/ListExport';
import { type Columns, ListTable, NothingListed, sortable } from '../../parts/ListTable';
import { ListTools } from '../../parts/ListTools';
import { MayLink } from '../../parts/MayLink';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { SearchBox } from '../../parts/SearchBox';
import { useAsk } from '../../parts/useAsk';
import { useTell } from '../../parts/useTell';
import { useTellKept } from '../../parts/useTellKept';
import { useOpened } from '../../parts/useUnopened';
import {
  keptDriver,
  keptDriverStatus,
  readDrivers,
  useDriver,
  useDrivers,
  useEraseDriver,
  useGroupOptions,
  useSaveDriver,
  useSendDriverLink,
  useSetDriverBlocked,
} from '../../queries/access';
import { anew } from '../../queries/back';
import { useMailState } from '../../queries/mail';
import { usePermits } from '../../queries/me';
import { AccountMark } from './AccountMark';

const route = getRouteApi('/shell/drivers');
type Driver = Schemas['Driver'];
type Values = Schemas['DriverBody'] & { group?: string | null };
type Search = ReturnType<typeof route.useSearch>;

function useColumns(search: Search): Columns<Driver> {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  return [
    {
      title: t('driver.name'),
      ...sortable('display_name', search),
      render: (_, driver) => (
        <span className="bc-two-lines">
          <MayLink
            needs="manage_access"
            to="/drivers"
            search={{ ...search, edit: driver.driver_id }}
            className="bc-link"
          >
            {driver.display_name}
          </MayLink>
          <span>{driver.email}</span>
        </span>
      ),
    },
    { title: t('driver.state'), key: 'state', render: (_, driver) => <AccountMark status={driver.status} /> },
    {
      title: t('driver.tokens'),
      key: 'tokens',
      align: 'right',
      render: (_, driver) => (
        <Link to="/tokens" search={{ driver: driver.driver_id }} className="bc-number">
          {format.number(driver.token_count)}
        </Link>
      ),
    },
    {
      title: t('driver.sessions'),
      key: 'sessions',
      align: 'right',
      render: (_, driver) => (
        <Link to="/sessions" search={{ driver: driver.driver_id }} className="bc-number">
          {format.number(driver.session_count)}
        </Link>
      ),
    },
    {
      title: t('driver.created'),
      ...sortable('created_at', search),
      align: 'right',
      render: (_, driver) => <span className="bc-soft bc-number">{format.instant(driver.created_at, 'date')}</span>,
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
}

function DriverButtons({ driver, onClose }: { driver: Driver; onClose: () => void }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const tell = useTell();
  const ask = useAsk();
  const setBlocked = useSetDriverBlocked();
  const told = useTellKept(keptDriverStatus);
  const erase = useEraseDriver();
  const sendLink = useSendDriverLink();
  const { data: mail } = useMailState();
  const { driver_id: driverId, display_name: name, status } = driver;
  if (status === 'erased') return null;
  const isBlocked = status === 'blocked';
  const turn = () =>
    void setBlocked.mutateAsync({ driverId, isBlocked: !isBlocked }).then((left) => {
      told.changed(isBlocked ? t('undo.unblocked', { name }) : t('undo.blocked', { name }), driver, left);
      onClose();
    }, tell.problem);
  return (
    <span className="bc-head-actions">
      {mail?.is_on && driver.email && (
        <Button
          size="small"
          loading={sendLink.isPending}
          data-testid="driver-send-link"
          onClick={() =>
            ask({
              title: t('staff.sendLinkAsk', { email: driver.email }),
              yes: t('staff.sendLink'),
              deed: async () => {
                const { letter_id: letterId } = await sendLink.mutateAsync(driverId);
                if (letterId) tell.done(t('staff.linkSent'));
                else tell.warn(t('staff.linksEnough'));
              },
            })
          }
        >
          {t('staff.sendLink')}
        </Button>
      )}
      <Button size="small" danger={!isBlocked} loading={setBlocked.isPending} data-testid="driver-block" onClick={turn}>
        {isBlocked ? t('driver.unblock') : t('driver.block')}
      </Button>
      <Button
        size="small"
        danger
        onClick={() =>
          void modal.confirm({
            title: t('driver.eraseAsk', { name: driver.display_name }),
            content: t('driver.eraseText'),
            okText: t('driver.erase'),
            okButtonProps: { danger: true },
            onOk: () => erase.mutateAsync(driverId).then(onClose).catch(tell.problem),
          })
        }
      >
        {t('driver.erase')}
      </Button>
    </span>
  );
}

function DriverEdit({ driverId, onClose }: { driverId: string | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const isNew = driverId === 'new';
  const asked = isNew ? undefined : driverId;
  const reading = useDriver(asked, anew);
  const driver = useOpened('driver', asked, reading, onClose);
  const groups = useGroupOptions();
  const saveDriver = useSaveDriver(isNew ? undefined : driverId);
  const told = useTellKept(keptDriver);
  const known: Partial<Values> = driver
    ? { display_name: driver.display_name, email: driver.email, language: driver.language, group: driver.group }
    : { language: 'en' };

  async function save(values: Values): Promise<void> {
    const { group, ...person } = { ...values, email: values.email || null };
    const left = await saveDriver.mutateAsync(isNew ? person : { ...person, group: group ?? '' });
    if (driver) told.saved(left.display_name, driver, left);
    onClose();
  }

  return (
    <EditDrawer<Values>
      key={driver?.driver_id ?? driverId}
      title={isNew ? t('driver.create') : t('driver.edit')}
      isOpen={isNew || driver !== undefined}
      onClose={onClose}
      testId="driver-form"
      initial={known}
      save={save}
      extra={driver && <DriverButtons driver={driver} onClose={onClose} />}
    >
      <Form.Item name="display_name" label={t('driver.name')} rules={[{ required: true, message: t('form.required') }]}>
        <Input autoFocus maxLength={120} data-testid="driver-form-name" />
      </Form.Item>
      <Form.Item
        name="email"
        label={t('driver.email')}
        rules={[{ required: Boolean(driver?.email), message: t('driver.emailStays') }]}
      >
        <Input type="email" maxLength={254} data-testid="driver-form-email" />
      </Form.Item>
      <Form.Item name="language" label={t('driver.language')}>
        <Select options={languages.map((value) => ({ value, label: languageNames[value] }))} />
      </Form.Item>
      {driver && (
        <Form.Item name="group" label={t('driver.group')} extra={t('driver.groupHint')}>
          <Select
            allowClear
            options={groups}
            showSearch={{ optionFilterProp: 'label' }}
            placeholder={t('driver.noGroup')}
            data-testid="driver-form-group"
          />
        </Form.Item>
      )}
      {driver && <AuditTrail subject={`driver:${driver.driver_id}`} />}
    </EditDrawer>
  );
}

function useFile(search: Search): ListFile<Driver> {
  const { t } = useTranslation(['app', 'kit']);
  return {
    title: t('nav.drivers'),
    read: (part) => readDrivers(search, part),
    fields: [
      ['ID', (driver) => driver.driver_id],
      [t('driver.name'), (driver) => driver.display_name],
      [t('driver.email'), (driver) => driver.email],
      [t('driver.state'), ({ status }) => t(`account.status.${status}`)],
      [t('driver.group'), (driver) => driver.group],
      [t('driver.language'), (driver) => driver.language],
      [t('driver.tokens'), (driver) => driver.token_count],
      [t('driver.sessions'), (driver) => driver.session_count],
      [t('driver.created'), (driver) => driver.created_at],
      [t('driver.signedIn'), (driver) => driver.signed_in_at],
    ],
  };
}

export function DriversPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/drivers' });
  const permits = usePermits();
  const columns = useColumns(search);
  const list = useDrivers(search);
  const file = useFile(search);
  const { after: _after, page: _page, edit, ...filters } = search;
  const change = (changed: Partial<Search>) => void navigate({ search: keepGiven({ ...filters, ...changed }) });
  const show = (edit?: string) => void navigate({ search: keepGiven({ ...search, edit }), resetScroll: false });
  const addButton = permits('manage_access') && (
    <Button type="primary" icon={<PlusOutlined />} data-testid="driver-create" onClick={() => show('new')}>
      {t('driver.create')}
    </Button>
  );
  return (
    <>
      <PageHead page="drivers" title={t('nav.drivers')} actions={addButton} />
      <Panel flush>
        <div className="bc-filters">
          <SearchBox
            value={search.q}
            onSearch={(q) => change({ q })}
            label={t('driver.search')}
            testId="driver-search"
          />
          <ListTools list="drivers" columns={columns} place={search} onHide={(hide) => change({ hide })} file={file} />
        </div>
        <ListTable
          list={list}
          columns={columns}
          rowKey="driver_id"
          label={t('nav.drivers')}
          place={search}
          onPlace={(place) => change({ sort: undefined, ...place })}
          {...(permits('manage_access') && { onOpen: ({ driver_id: driverId }: Driver) => show(driverId) })}
          testId="drivers"
          empty={
            <NothingListed isFiltered={Boolean(search.q)} title={t('driver.none')} action={addButton}>
              {t('driver.noneText')}
            </NothingListed>
          }
        />
      </Panel>
      <DriverEdit driverId={permits('manage_access') ? edit : undefined} onClose={() => show()} />
    </>
  );
}
