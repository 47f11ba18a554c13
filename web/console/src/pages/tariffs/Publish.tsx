import type { Schemas } from '@busbar/client';
import { useFormat, useNow } from '@busbar/kit';
import { Button, DatePicker, Modal, Radio } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTell } from '../../parts/useTell';
import { usePublishTariff } from '../../queries/tariffs';

/** Makes the draft the next version: from now on, or from a later instant. */
export function Publish({ tariff, isChanged }: { tariff: Schemas['Tariff']; isChanged: boolean }) {
  const { t } = useTranslation();
  const tell = useTell();
  const now = useNow();
  const format = useFormat();
  const publish = usePublishTariff(tariff.tariff_id);
  const [isAsked, setAsked] = useState(false);
  const [isLater, setLater] = useState(false);
  const [from, setFrom] = useState<Dayjs | null>(null);
  const least = tariff.valid_from === null ? now : Math.max(now, Date.parse(tariff.valid_from));
  const isTooSoon = isLater ? from !== null && from.valueOf() < least : least > now;
  const isReady = (!isLater || from !== null) && !isTooSoon;
  return (
    <>
      <Button
        type="primary"
        disabled={isChanged || !tariff.is_draft_new}
        data-testid="tariff-publish"
        onClick={() => setAsked(true)}
      >
        {t('tariff.publish')}
      </Button>
      <Modal
        open={isAsked}
        title={t('tariff.publishAsk')}
        okText={t('tariff.publish')}
        cancelText={t('action.cancel')}
        onCancel={() => setAsked(false)}
        confirmLoading={publish.isPending}
        okButtonProps={{ disabled: !isReady }}
        onOk={() =>
          publish.mutate(isLater && from ? { valid_from: from.toISOString() } : {}, {
            onSuccess: () => setAsked(false),
            onError: tell.problem,
          })
        }
      >
        <p>{t('tariff.publishText')}</p>
        <Radio.Group
          className="bc-publish"
          value={isLater}
          onChange={({ target }) => setLater(target.value as boolean)}
          options={[
            { value: false, label: t('tariff.publishNow') },
            { value: true, label: t('tariff.publishLater') },
          ]}
          data-testid="publish-when"
        />
        {isLater && (
          <DatePicker
            showTime={{ format: 'HH:mm' }}
            format="YYYY-MM-DD HH:mm"
            value={from}
            onChange={setFrom}
            aria-label={t('tariff.validFrom')}
            data-testid="publish-from"
            style={{ width: '100%' }}
            {...(isTooSoon && { status: 'error' as const })}
          />
        )}
        {isTooSoon && (
          <p className="bc-field-problem" role="alert">
            {least > now
              ? t('tariff.publishAfter', { version: tariff.version, at: format.instant(new Date(least).toISOString()) })
              : t('tariff.publishPast')}
          </p>
        )}
      </Modal>
    </>
  );
}
