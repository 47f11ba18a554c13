import { describeProblem } from '@busbar/kit';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import { newId } from '../../app/newId';
import { startSession } from '../../queries/sessions';

/**
 * Asks the station to start, then shows the session. When the line broke we do not know whether the wish arrived: the
 * next try carries the same key, so that it cannot start twice.
 */
export function useStart(stationId: string) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const wish = useRef<{ evseId: number | null; key: string } | null>(null);
  return useMutation({
    mutationFn: (evseId: number | null) => {
      if (wish.current?.evseId !== evseId) wish.current = { evseId, key: newId() };
      return startSession(stationId, evseId, wish.current.key);
    },
    onSuccess: (session) => {
      wish.current = null;
      client.setQueryData(['session', session.session_id], session);
      void client.invalidateQueries({ queryKey: ['sessions'] });
      void navigate({ to: '/sessions/$sessionId', params: { sessionId: session.session_id } });
    },
    onError: (error) => {
      const { kind } = describeProblem(error);
      if (kind !== 'offline' && kind !== 'unavailable') wish.current = null;
      void client.invalidateQueries({ queryKey: ['station', stationId] });
    },
  });
}
