import { currentLanguage, type Language, useFormat } from '@busbar/kit';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { FrameTexts, Speech } from './values';

/** Fetched only by who reads frames: a page without them does not carry their words. */
const loaders: Record<Language, () => Promise<{ default: FrameTexts }>> = {
  zh: () => import('./texts/zh.json'),
  en: () => import('./texts/en.json'),
  it: () => import('./texts/it.json'),
};

/** The words for frames in the language of the page; null until they are there. */
export function useSpeech(): Speech | null {
  const { locale } = useFormat();
  const language = currentLanguage();
  const { data } = useQuery({
    queryKey: ['frame-texts', language],
    queryFn: async () => (await loaders[language]()).default,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return useMemo(() => (data ? { texts: data, locale } : null), [data, locale]);
}
