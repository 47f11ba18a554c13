import type { Schemas } from '@busbar/client';
import { Loading, Mark, useFormat } from '@busbar/kit';
import { Link } from '@tanstack/react-router';
import { Button, Drawer, Form, Image, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { AuditTrail } from '../../parts/AuditTrail';
import { Facts } from '../../parts/Facts';
import { Failure } from '../../parts/Failure';
import { MayLink } from '../../parts/MayLink';
import { useActorName } from '../../parts/useActorName';
import { useTell } from '../../parts/useTell';
import { type Complaint, useAnswerComplaint, useComplaint, useComplaintPhoto } from '../../queries/complaints';
import { usePermits } from '../../queries/me';
import './complaints.css';

export const complaintLooks = {
  open: { tone: 'warn', shape: 'dots' },
  in_progress: { tone: 'info', shape: 'clock' },
  resolved: { tone: 'good', shape: 'check' },
  rejected: { tone: 'idle', shape: 'slash' },
} as const;
const answers = ['in_progress', 'resolved', 'rejected'] as const;

function Photo({ complaintId, photoId, place }: { complaintId: string; photoId: string; place: number }) {
  const { t } = useTranslation();
  const { data } = useComplaintPhoto(complaintId, photoId);
  if (!data) return null;
  return <Image src={data} alt={t('complaint.photo', { place })} width={140} className="bc-complaint-photo" />;
}

/** All that was said, by whom and when. */
function Steps({ complaint }: { complaint: Complaint }) {
  const { t } = useTranslation();
  const format = useFormat();
  const actorName = useActorName();
  return (
    <ol className="bc-complaint-steps" data-testid="complaint-steps">
      {complaint.entries.map((entry) => (
        <li key={`${entry.at}-${entry.status}`}>
          <header>
            <Mark {...complaintLooks[entry.status]}>{t(`complaint.states.${entry.status}`)}</Mark>
            <span className="bc-soft bc-number">
              {[format.instant(entry.at), entry.actor && actorName(entry.actor)].filter(Boolean).join(' · ')}
            </span>
          </header>
          {entry.text && <p data-verbatim>{entry.text}</p>}
        </li>
      ))}
    </ol>
  );
}

function Answer({ complaint }: { complaint: Complaint }) {
  const { t } = useTranslation();
  const tell = useTell();
  const answer = useAnswerComplaint(complaint.complaint_id);
  const [form] = Form.useForm<Schemas['ComplaintAnswerBody']>();
  const send = async (body: Schemas['ComplaintAnswerBody']) => {
    try {
      await answer.mutateAsync({ ...body, text: body.text ?? '' });
      form.resetFields();
      tell.done(t('complaint.answered'));
    } catch (error) {
      tell.problem(error);
    }
  };
  return (
    <Form
      form={form}
      layout="vertical"
      initialValues={{ status: complaint.status === 'open' ? 'in_progress' : 'resolved', text: '' }}
      onFinish={(values) => void send(values)}
    >
      <Form.Item name="text" label={t('complaint.answer')} extra={t('complaint.answerHint')}>
        <Input.TextArea rows={4} maxLength={2_000} data-testid="complaint-text" />
      </Form.Item>
      <div className="bc-complaint-send">
        <Form.Item name="status" noStyle>
          <Select
            aria-label={t('complaint.state')}
            options={answers.map((value) => ({ value, label: t(`complaint.states.${value}`) }))}
            data-testid="complaint-status"
          />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={answer.isPending} data-testid="complaint-send">
          {t('complaint.send')}
        </Button>
      </div>
    </Form>
  );
}

/** A complaint with its pictures and all that was said, and the way to answer it. */
export function ComplaintDrawer({ complaintId, onClose }: { complaintId: string; onClose: () => void }) {
  const { t } = useTranslation();
  const permits = usePermits();
  const { data: complaint, error } = useComplaint(complaintId);
  return (
    <Drawer
      open
      size={560}
      onClose={onClose}
      title={complaint ? t(`complaint.category.${complaint.category}`) : t('nav.complaints')}
      data-testid="complaint"
    >
      {error && !complaint && <Failure error={error} />}
      {!complaint && !error && <Loading rows={6} />}
      {complaint && (
        <div className="bc-stack">
          <p className="bc-complaint-text" data-verbatim>
            {complaint.text}
          </p>
          {complaint.photo_ids.length > 0 && (
            <div className="bc-complaint-photos">
              {complaint.photo_ids.map((photoId, order) => (
                <Photo key={photoId} complaintId={complaintId} photoId={photoId} place={order + 1} />
              ))}
            </div>
          )}
          <Facts
            lines={[
              {
                label: t('complaint.where'),
                value: (
                  <Link to="/stations/$stationId" params={{ stationId: complaint.station_id }}>
                    {complaint.station_name ?? complaint.station_id}
                    {complaint.evse_id !== null && ` · ${t('evse.name', { evse: complaint.evse_id })}`}
                  </Link>
                ),
              },
              { label: t('tariff.subject.site'), value: complaint.site_name },
              complaint.driver_id !== null && {
                label: t('driver.driver'),
                value: (
                  <MayLink needs="manage_access" to="/drivers" search={{ edit: complaint.driver_id }}>
                    {complaint.driver_name ?? complaint.driver_id}
                  </MayLink>
                ),
              },
              complaint.session_id !== null && {
                label: t('money.session'),
                value: (
                  <Link to="/sessions/$sessionId" params={{ sessionId: complaint.session_id }}>
                    {t('money.openSession')}
                  </Link>
                ),
              },
            ]}
          />
          <Steps complaint={complaint} />
          {permits('control') && <Answer key={complaint.changed_at} complaint={complaint} />}
          <AuditTrail subject={`complaint:${complaintId}`} />
        </div>
      )}
    </Drawer>
  );
}
