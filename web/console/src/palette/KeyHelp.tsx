import { Modal, Switch } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { areKeysOn, setKeysOn } from './shortcuts';
import './palette.css';

const keys: readonly { keys: readonly string[]; name: string }[] = [
  { keys: ['Ctrl', 'K'], name: 'palette' },
  { keys: ['/'], name: 'search' },
  { keys: ['j'], name: 'down' },
  { keys: ['k'], name: 'up' },
  { keys: ['↵'], name: 'open' },
  { keys: ['x'], name: 'select' },
  { keys: ['g', 'n'], name: 'now' },
  { keys: ['g', 'i'], name: 'sites' },
  { keys: ['g', 's'], name: 'stations' },
  { keys: ['g', 'e'], name: 'sessions' },
  { keys: ['g', 'd'], name: 'drivers' },
  { keys: ['g', 't'], name: 'tokens' },
  { keys: ['g', 'p'], name: 'profiles' },
  { keys: ['g', 'w'], name: 'wire' },
  { keys: ['g', 'a'], name: 'audit' },
  { keys: ['Ctrl', 'Z'], name: 'undo' },
  { keys: ['?'], name: 'help' },
];

/** All keys on one sheet, and the switch for those who type by voice. */
export default function KeyHelp({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [isOn, setOn] = useState(areKeysOn);
  return (
    <Modal open title={t('keys.title')} footer={null} onCancel={onClose} width={560} data-testid="key-help">
      <dl className="bc-keys">
        {keys.map(({ keys: combination, name }) => (
          <div key={name}>
            <dt>
              {combination.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{t(`keys.${name}`)}</dd>
          </div>
        ))}
      </dl>
      <div className="bc-keys-switch">
        <Switch
          aria-labelledby="single-keys"
          checked={isOn}
          onChange={(next) => {
            setKeysOn(next);
            setOn(next);
          }}
        />
        <span id="single-keys">{t('keys.single')}</span>
      </div>
    </Modal>
  );
}
