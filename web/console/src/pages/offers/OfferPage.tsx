import type { Schemas } from '@busbar/client';
import { Loading } from '@busbar/kit';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Alert, Button, Form, type FormInstance } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { editions } from '../../app/server';
import { AuditTrail } from '../../parts/AuditTrail';
import { Failure } from '../../parts/Failure';
import { LinkButton } from '../../parts/LinkButton';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { useFormProblem, useTell } from '../../parts/useTell';
import { useReadAnew } from '../../parts/useUnopened';
import { useBack } from '../../queries/back';
import { useMe, usePermits } from '../../queries/me';
import { keptOffer, useOffer, useSaveOffer } from '../../queries/offers';
import { useOwnCurrency } from '../../queries/tariffs';
import { OfferFields } from './OfferFields';
import { OfferPreview } from './OfferPreview';
import { beginOffer, type OfferValues, toOfferBody, toOfferValues } from './offerValues';
import './offers.css';

const route = getRouteApi('/shell/offers/$offerId');

interface EditorProps {
  offer: Schemas['Offer'] | undefined;
  currency: string;
  /** What was saved was taken back. */
  onBack: () => void;
}

function Editor({ offer, currency, onBack }: EditorProps) {
  const { t } = useTranslation();
  const tell = useTell();
  const showProblem = useFormProblem();
  const navigate = useNavigate();
  const permits = usePermits();
  const [form] = Form.useForm<OfferValues>();
  const [values, setValues] = useState(() => (offer ? toOfferValues(offer, currency) : beginOffer(currency)));
  const [problem, setProblem] = useState<string | null>(null);
  const save = useSaveOffer(offer?.offer_id);
  const back = useBack(keptOffer);
  // As in a drawer: what is read anew behind the form is not what it shows.
  useEffect(() => editions.hold(), []);
  const keep = async (given: OfferValues) => {
    setProblem(null);
    try {
      const saved = await save.mutateAsync(toOfferBody({ ...values, ...given }));
      if (offer) {
        tell.undoable(t('offer.kept'), () => back.change(offer, saved)().then(onBack));
        return;
      }
      tell.done(t('offer.kept'));
      await navigate({ to: '/offers/$offerId', params: { offerId: saved.offer_id } });
    } catch (error) {
      setProblem(showProblem(form as FormInstance, error));
    }
  };
  return (
    <>
      <PageHead
        title={offer?.name ?? t('offer.create')}
        up={{ label: t('nav.offers'), link: { to: '/offers' } }}
        actions={
          <>
            {offer?.audience === 'coupon' && (
              <LinkButton to="/offers/coupons" search={{ offer: offer.offer_id }}>
                {t('nav.coupons')}
              </LinkButton>
            )}
            {permits('manage_prices') && (
              <Button type="primary" loading={save.isPending} onClick={() => form.submit()} data-testid="offer-save">
                {t('action.save')}
              </Button>
            )}
          </>
        }
      >
        {t('offer.editorText')}
      </PageHead>
      <div className="bc-tariff">
        <Panel title={t('offer.what')}>
          {problem && <Alert type="error" showIcon title={problem} style={{ marginBottom: 16 }} />}
          <Form<OfferValues>
            form={form}
            layout="vertical"
            initialValues={values}
            disabled={!permits('manage_prices')}
            onValuesChange={(changed: Partial<OfferValues>, all) => {
              const next = { ...values, ...all, ...('audience' in changed && { subject: null }) };
              if ('audience' in changed) form.setFieldValue('subject', null);
              setValues(next);
            }}
            onFinish={(given) => void keep(given)}
            scrollToFirstError
          >
            <OfferFields values={values} />
          </Form>
        </Panel>
        <OfferPreview values={values} offerId={offer?.offer_id} />
      </div>
      {offer && <AuditTrail subject={`offer:${offer.offer_id}`} />}
    </>
  );
}

/** An offer, for changing, beside the receipt that a driver gets with it. */
export function OfferPage() {
  const { t } = useTranslation();
  const { offerId } = route.useParams();
  const isNew = offerId === 'new';
  const { data: me } = useMe();
  const currency = useOwnCurrency(me?.operator_id);
  // The form begins anew with what was saved before.
  const [round, setRound] = useState(0);
  const asked = isNew ? undefined : offerId;
  const reading = useOffer(asked);
  const offer = useReadAnew(asked, reading);
  const { error } = reading;
  if (error && !offer) return <Failure error={error} action={<Link to="/offers">{t('nav.offers')}</Link>} />;
  if ((!isNew && !offer) || !currency) return <Loading rows={10} />;
  return (
    <Editor
      key={isNew ? 'new' : `${offerId} ${round}`}
      offer={offer}
      currency={currency}
      onBack={() => setRound((now) => now + 1)}
    />
  );
}
