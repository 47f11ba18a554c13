import { SendOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import { currentLanguage, Mark, useFormat, useNow } from '@busbar/kit';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Alert, Button, Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { letterStates } from '../../app/search';
import { EditDrawer } from '../../parts/EditDrawer';
import { keepGiven } from '../../parts/keepGiven';
import type { ListFile } from '../../parts/ListExport';
import { type Columns, ListTable, NothingListed } from '../../parts/ListTable';
import { ListTools } from '../../parts/ListTools';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { SearchBox } from '../../parts/SearchBox';
import { useAsk } from '../../parts/useAsk';
import { useTell } from '../../parts/useTell';
import { readLetters, useLetters, useMailState, useSendLetterAgain, useSendTrial } from '../../queries/mail';
import { useMe, usePermits } from '../../queries/me';
import { LetterMark } from './LetterMark';

const route = getRouteApi('/shell/mail');
type Letter = Schemas['Letter'];
type Search = ReturnType<typeof route.useSearch>;

function useColumns(): Columns<Letter> {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const ask = useAsk();
  const again = useSendLetterAgain();
  return [
    {
      title: t('mail.recipient'),
      key: 'recipient',
      render: (_, { recipient, kind }) => (
        <span className="bc-two-lines">
          <span>{recipient || t('mail.erased')}</span>
          <span>{t(`mail.kinds.${kind}`)}</span>
        </span>
      ),
    },
    { title: t('driver.state'), key: 'state', render: (_, { state }) => <LetterMark state={state} /> },
    {
      title: t('mail.reply'),
      key: 'reply',
      render: (_, { reply, reason }) => <span className="bc-soft">{reply || reason}</span>,
    },
    {
      title: t('mail.queued'),
      key: 'queued',
      align: 'right',
      render: (_, { queued_at: at }) => (
        <span className="bc-soft bc-number" title={format.instant(at)}>
          {format.age(at, now)}
        </span>
      ),
    },
    {
      key: 'again',
      align: 'right',
      render: (_, { letter_id: letterId, state, recipient }) =>
        (state === 'refused' || state === 'given_up') &&
        recipient && (
          <Button
            size="small"
            loading={again.isPending && again.variables === letterId}
            onClick={() =>
              ask({
                title: t('mail.againAsk', { recipient }),
                yes: t('mail.again'),
                deed: () => again.mutateAsync(letterId),
              })
            }
          >
            {t('mail.again')}
          </Button>
        ),
    },
  ];
}

function Trial({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const send = useSendTrial();
  const tell = useTell();
  return (
    <EditDrawer<{ recipient: string }>
      title={t('mail.trial')}
      isOpen={isOpen}
      onClose={onClose}
      testId="trial-form"
      initial={me?.email ? { recipient: me.email } : {}}
      saveLabel={t('mail.send')}
      save={async ({ recipient }) => {
        await send.mutateAsync({ recipient, language: currentLanguage() });
        tell.done(t('mail.trialQueued'));
        onClose();
      }}
    >
      <p className="bc-soft bc-first">{t('mail.trialText')}</p>
      <Form.Item
        name="recipient"
        label={t('mail.recipient')}
        rules={[{ required: true, type: 'email', message: t('form.email') }]}
      >
        <Input type="email" autoFocus maxLength={254} data-testid="trial-form-recipient" />
      </Form.Item>
    </EditDrawer>
  );
}

function useFile(search: Search): ListFile<Letter> {
  const { t } = useTranslation();
  return {
    title: t('nav.mail'),
    read: (part) => readLetters(search, part),
    fields: [
      ['ID', (letter) => letter.letter_id],
      [t('mail.queued'), (letter) => letter.queued_at],
      [t('mail.recipient'), (letter) => letter.recipient],
      [t('document.kind'), ({ kind }) => t(`mail.kinds.${kind}`)],
      [t('driver.state'), ({ state }) => t(`mail.states.${state}`)],
      [t('mail.reply'), (letter) => letter.reply || letter.reason],
    ],
  };
}

/** Who was mailed what, and what became of it. */
export function MailPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/mail' });
  const permits = usePermits();
  const { data: mail } = useMailState();
  const list = useLetters(search);
  const columns = useColumns();
  const file = useFile(search);
  const { after: _after, page: _page, edit, ...filters } = search;
  const change = (changed: Partial<Search>) => void navigate({ search: keepGiven({ ...filters, ...changed }) });
  const show = (edit?: string) => void navigate({ search: keepGiven({ ...search, edit }), resetScroll: false });
  const mark = mail && (
    <Mark tone={mail.is_on ? 'good' : 'idle'} shape={mail.is_on ? 'check' : 'ring'} pill>
      {mail.is_on ? t('mail.isOn') : t('mail.isOff')}
    </Mark>
  );
  return (
    <>
      <PageHead
        title={t('nav.mail')}
        mark={mark}
        actions={
          permits('manage_operators') &&
          mail?.is_on && (
            <Button icon={<SendOutlined />} data-testid="mail-trial" onClick={() => show('trial')}>
              {t('mail.trial')}
            </Button>
          )
        }
      >
        {mail?.sender ? t('mail.aboutFrom', { sender: mail.sender, host: mail.host }) : t('mail.about')}
      </PageHead>
      {mail && !mail.is_on && <Alert type="info" showIcon title={t('mail.offText')} style={{ marginBottom: 16 }} />}
      <Panel flush>
        <div className="bc-filters">
          <SearchBox
            value={search.q}
            onSearch={(q) => change({ q })}
            label={t('mail.recipient')}
            testId="letter-search"
          />
          <Select
            allowClear
            style={{ minWidth: 170 }}
            placeholder={t('driver.state')}
            aria-label={t('driver.state')}
            value={search.state}
            onChange={(state) => change({ state })}
            options={letterStates.map((value) => ({ value, label: t(`mail.states.${value}`) }))}
          />
          <ListTools list="letters" columns={columns} place={search} onHide={(hide) => change({ hide })} file={file} />
        </div>
        <ListTable
          list={list}
          columns={columns}
          rowKey="letter_id"
          label={t('nav.mail')}
          place={search}
          onPlace={(place) => change({ ...place })}
          testId="letters"
          empty={
            <NothingListed isFiltered={Boolean(search.q ?? search.state)} title={t('mail.none')}>
              {t('mail.noneText')}
            </NothingListed>
          }
        />
      </Panel>
      <Trial isOpen={edit === 'trial'} onClose={() => show()} />
    </>
  );
}
