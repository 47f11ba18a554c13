import { App } from 'antd';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../parts/Json';
import '../stations/stations.css';

interface Secret {
  title: string;
  text: string;
  secret: string;
}

/** Show a secret that can be seen only now, with a button that copies it. */
export function useShowSecret(): (secret: Secret) => void {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  return ({ title, text, secret }) =>
    void modal.info({
      title,
      width: 480,
      okText: t('action.done'),
      content: (
        <>
          <p>{text}</p>
          <div className="bc-secret">
            <span data-testid="secret">{secret}</span>
            <CopyButton text={secret} size="middle" />
          </div>
        </>
      ),
    });
}
