import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd-mobile/es/components/button';
import { useTranslation } from 'react-i18next';
import { useProblemText } from '../../parts/useProblemText';
import { reportsQuery, sendPhotos, unsentPhotosQuery } from '../../queries/companion';
import { Photos } from './Photos';

/** Photos of a report that is not over: those that did not come through with it, and others that are added now. */
export function MorePhotos({ reportId, most }: { reportId: string; most: number }) {
  const { t } = useTranslation();
  const tellProblem = useProblemText();
  const client = useQueryClient();
  const { data: photos = [] } = useQuery(unsentPhotosQuery(reportId));
  const keep = (unsent: Blob[]) => client.setQueryData(unsentPhotosQuery(reportId).queryKey, unsent);
  const send = useMutation({
    mutationFn: async () => {
      const { unsent, failure } = await sendPhotos(reportId, photos);
      keep(unsent);
      await client.invalidateQueries({ queryKey: reportsQuery.queryKey });
      if (unsent.length > 0) throw failure;
    },
  });
  if (most <= 0 && photos.length === 0) return null;
  return (
    <div className="bd-more-photos" data-testid="more-photos">
      <Photos
        photos={photos}
        most={most}
        isFixed={send.isPending}
        onChange={(chosen) => {
          send.reset();
          keep(chosen);
        }}
      />
      {photos.length > 0 && (
        <>
          <p className="bd-note">{t('report.photosUnsent')}</p>
          {send.isError && (
            <p className="bd-problem" role="alert">
              {tellProblem(send.error)}
            </p>
          )}
          <Button block loading={send.isPending} data-testid="photos-send" onClick={() => send.mutate()}>
            {t('report.photosSend')}
          </Button>
        </>
      )}
    </div>
  );
}
