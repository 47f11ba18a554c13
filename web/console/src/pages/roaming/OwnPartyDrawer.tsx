import type { Schemas } from '@busbar/client';
import { useTranslation } from 'react-i18next';
import { EditDrawer } from '../../parts/EditDrawer';
import { useOwnParty, useSetOwnParty } from '../../queries/roaming';
import { PartyFields } from './PartyFields';

/** What the operator is called by its partners. */
export function OwnPartyDrawer({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const { data: own } = useOwnParty();
  const set = useSetOwnParty();
  return (
    <EditDrawer<Schemas['OwnPartyBody']>
      key={own?.party_id ?? 'unsaid'}
      title={t('roaming.own')}
      isOpen={isOpen && own !== undefined}
      onClose={onClose}
      initial={own?.country_code && own.party_id ? { country_code: own.country_code, party_id: own.party_id } : {}}
      save={async (values) => {
        await set.mutateAsync(values);
        onClose();
      }}
      testId="own-party-form"
    >
      <p>{t('roaming.ownText')}</p>
      <PartyFields />
    </EditDrawer>
  );
}
