import type { Schemas } from '@busbar/client';
import { take } from '@busbar/client';
import { Glyph, useFormat, useNow } from '@busbar/kit';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../app/server';
import { hasStaff } from './screen';

const BEEP_EVERY_MILLIS = 4_000;
const BEEP_S = 0.35;
/** By which a person lets a page sound. */
const GESTURES = ['pointerdown', 'pointerup', 'keydown'] as const;

/** Two calm tones now and then, as long as the fault stands. A browser that allows no sound stays silent. */
function useAlarmSound(isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return;
    const context = new AudioContext();
    const beep = () => {
      // The time of a silent context stands still: what is planned for it would sound all at once later.
      if (context.state !== 'running') return;
      [660, 880].forEach((pitch, index) => {
        const tone = context.createOscillator();
        const volume = context.createGain();
        tone.frequency.value = pitch;
        volume.gain.value = 0.2;
        tone.connect(volume).connect(context.destination);
        tone.start(context.currentTime + index * BEEP_S);
        tone.stop(context.currentTime + (index + 0.8) * BEEP_S);
      });
    };
    const resume = () => void context.resume().catch(() => undefined);
    for (const gesture of GESTURES) window.addEventListener(gesture, resume);
    context.addEventListener('statechange', beep);
    const timer = setInterval(beep, BEEP_EVERY_MILLIS);
    return () => {
      clearInterval(timer);
      context.removeEventListener('statechange', beep);
      for (const gesture of GESTURES) window.removeEventListener(gesture, resume);
      void context.close();
    };
  }, [isOn]);
}

/** A fault that takes the whole screen until somebody has seen it. */
export function Takeover({ fault, hasSound }: { fault: Schemas['WallFault']; hasSound: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const client = useQueryClient();
  useAlarmSound(hasSound);
  const acknowledge = useMutation({
    mutationFn: () =>
      take(
        api.POST('/api/v1/stations/{station_id}/faults/acknowledge', {
          params: { path: { station_id: fault.station_id } },
        }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: ['wall'] }),
  });
  return (
    <div className="bw-takeover" role="alert" data-testid="wall-takeover" data-severity={fault.severity}>
      <Glyph shape="triangle" />
      <p>{t(`wall.severity.${fault.severity ?? 'major'}`)}</p>
      <h2>{fault.station_name}</h2>
      {fault.site_name && <h3>{fault.site_name}</h3>}
      {fault.words && <p data-verbatim>{fault.words}</p>}
      {fault.since && <p>{format.age(fault.since, now)}</p>}
      {hasStaff() ? (
        <button type="button" data-testid="wall-acknowledge" onClick={() => acknowledge.mutate()}>
          {t('wall.acknowledge')}
        </button>
      ) : (
        <small>{t('wall.acknowledgeElsewhere')}</small>
      )}
    </div>
  );
}
