import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import Button from 'antd-mobile/es/components/button';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newId } from '../../app/newId';
import { tellNotice } from '../../parts/notices';
import { PageHead } from '../../parts/PageHead';
import { useProblemText } from '../../parts/useProblemText';
import { fileReport, reportsQuery, unsentPhotosQuery } from '../../queries/companion';
import { stationQuery } from '../../queries/stations';
import { categories } from './looks';
import { PHOTOS_MAX, Photos } from './Photos';
import './reports.css';

const route = getRouteApi('/mine/reports/new');
const TEXT_MAX = 2_000;

/** Say what is wrong with a charge or a station. */
export function NewReportPage() {
  const { t } = useTranslation();
  const tellProblem = useProblemText();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { station: stationId = '', session: sessionId } = route.useSearch();
  const { data: station } = useQuery({ ...stationQuery(stationId), enabled: stationId !== '' });
  const [category, setCategory] = useState<(typeof categories)[number] | null>(null);
  const [text, setText] = useState('');
  const [photos, setPhotos] = useState<Blob[]>([]);
  const key = useRef(newId());
  const send = useMutation({
    mutationFn: () =>
      fileReport(
        { station_id: stationId, category: category ?? 'other', text, ...(sessionId && { session_id: sessionId }) },
        photos,
        key.current,
      ),
    onSuccess: async ({ reportId, unsent }) => {
      tellNotice(unsent.length === 0 ? t('report.sent') : t('report.sentWithoutPhotos'));
      if (unsent.length > 0) client.setQueryData(unsentPhotosQuery(reportId).queryKey, unsent);
      await client.invalidateQueries({ queryKey: reportsQuery.queryKey });
      await navigate({ to: '/reports/$reportId', params: { reportId }, replace: true });
    },
  });
  return (
    <>
      <PageHead title={t('report.action')} />
      <main className="bd-page bd-page-action" data-testid="report-new">
        <form
          className="bd-report-form"
          onSubmit={(event) => {
            event.preventDefault();
            send.mutate();
          }}
        >
          <p className="bd-lead">{t('report.where', { station: station?.name || stationId })}</p>
          <fieldset className="bd-choices">
            <legend>{t('report.what')}</legend>
            {categories.map((known) => (
              <label key={known} className="bd-choice">
                <input
                  type="radio"
                  name="category"
                  checked={category === known}
                  data-testid={`report-${known}`}
                  onChange={() => setCategory(known)}
                />
                {t(`report.category.${known}`)}
              </label>
            ))}
          </fieldset>
          <label className="bd-area">
            {t('report.text')}
            <textarea
              value={text}
              rows={4}
              maxLength={TEXT_MAX}
              data-testid="report-text"
              onChange={({ target }) => setText(target.value)}
            />
          </label>
          <Photos photos={photos} most={PHOTOS_MAX} isFixed={send.isPending} onChange={setPhotos} />
          <div className="bd-action">
            {send.isError && (
              <p className="bd-problem" role="alert">
                {tellProblem(send.error)}
              </p>
            )}
            <Button
              block
              type="submit"
              size="large"
              color="primary"
              className="bd-main-button"
              disabled={category === null || !stationId}
              loading={send.isPending}
              data-testid="report-send"
            >
              {t('report.send')}
            </Button>
          </div>
        </form>
      </main>
    </>
  );
}
