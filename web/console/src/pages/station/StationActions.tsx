import { DownOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import { useNavigate } from '@tanstack/react-router';
import { App, Button, Dropdown, type MenuProps } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTell } from '../../parts/useTell';
import { useTellKept } from '../../parts/useTellKept';
import { usePermits } from '../../queries/me';
import {
  keptRegistration,
  useDeleteStation,
  useRemovePassword,
  useSetPassword,
  useSetRegistration,
} from '../../queries/stations';
import { QrLabels } from './QrLabels';
import { useShowSecret } from './useShowSecret';

/** What can be done with the record of a station; what can be asked of the station itself is the panel of commands. */
export function StationActions({ station }: { station: Schemas['Station'] }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const navigate = useNavigate();
  const tell = useTell();
  const permits = usePermits();
  const showSecret = useShowSecret();
  const [isShowingLabels, setShowingLabels] = useState(false);
  const { station_id: stationId } = station;
  const setPassword = useSetPassword(stationId);
  const removePassword = useRemovePassword(stationId);
  const setRegistration = useSetRegistration(stationId);
  const remove = useDeleteStation(stationId);
  const name = station.name || stationId;
  const told = useTellKept(keptRegistration);
  const block = () =>
    setRegistration
      .mutateAsync('blocked')
      .then((left) => told.changed(t('station.told.blocked', { station: name }), station, left));

  const ask = (title: string, text: string, okText: string, deed: () => Promise<unknown>) =>
    void modal.confirm({
      title,
      content: text,
      okText,
      okButtonProps: { danger: true },
      onOk: () => deed().catch(tell.problem),
    });

  const items: NonNullable<MenuProps['items']> = [
    { key: 'labels', label: t('station.labels'), onClick: () => setShowingLabels(true) },
    ...(permits('manage_network')
      ? [
          {
            key: 'password',
            label: t('station.newPassword'),
            onClick: () =>
              ask(t('station.newPassword'), t('station.newPasswordText'), t('station.makePassword'), async () => {
                const { password } = await setPassword.mutateAsync(undefined);
                if (password)
                  showSecret({
                    title: t('station.passwordMade'),
                    text: t('station.passwordMadeText'),
                    secret: password,
                  });
              }),
          },
          ...(station.has_password
            ? [
                {
                  key: 'no-password',
                  label: t('station.removePassword'),
                  onClick: () =>
                    ask(t('station.removePassword'), t('station.removePasswordText'), t('station.removePassword'), () =>
                      removePassword.mutateAsync(),
                    ),
                },
              ]
            : []),
          { type: 'divider' as const },
          ...(station.registration === 'accepted'
            ? [
                {
                  key: 'block',
                  danger: true,
                  label: t('station.block'),
                  onClick: () =>
                    ask(t('station.blockAsk', { station: name }), t('station.blockText'), t('station.block'), block),
                },
              ]
            : []),
          {
            key: 'delete',
            danger: true,
            disabled: station.is_online,
            label: t('station.delete'),
            onClick: () =>
              ask(t('station.deleteAsk', { station: name }), t('station.deleteText'), t('station.delete'), async () => {
                await remove.mutateAsync();
                await navigate({ to: '/stations' });
              }),
          },
        ]
      : []),
  ];
  return (
    <>
      {permits('manage_network') && (
        <Button
          data-testid="station-edit"
          onClick={() =>
            void navigate({
              to: '/stations/$stationId',
              params: { stationId },
              search: (now) => ({ ...now, edit: 'station' as const }),
            })
          }
        >
          {t('action.edit')}
        </Button>
      )}
      <Dropdown menu={{ items }} trigger={['click']}>
        <Button icon={<DownOutlined />} iconPlacement="end" data-testid="station-more">
          {t('action.more')}
        </Button>
      </Dropdown>
      <QrLabels station={station} isOpen={isShowingLabels} onClose={() => setShowingLabels(false)} />
    </>
  );
}
