import { type Schemas, take } from '@busbar/client';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../app/server';
import { anew, type Kept } from './back';
import type { Part } from './parts';

export interface AuditSearch {
  actor?: string;
  subject?: string;
  action?: string;
  after?: string;
}

export function useStaff({ q, after }: { q?: string; after?: string }) {
  const query = { with_total: true, ...(q && { q }), ...(after && { cursor: after }) };
  return useQuery({
    queryKey: ['staff', query],
    queryFn: () => take(api.GET('/api/v1/staff', { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

export function useStaffMember(staffId: string | undefined) {
  return useQuery({
    queryKey: ['staff-member', staffId],
    enabled: staffId !== undefined,
    ...anew,
    queryFn: () => readStaff(staffId ?? ''),
  });
}

/** Gives a person access; answers the password that was made, if one was. */
export function useCreateStaff() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['StaffBody']) => take(api.POST('/api/v1/staff', { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['staff'] }),
  });
}

type StaffMember = Schemas['StaffMember'];

const patchStaff = (staffId: string, body: Schemas['StaffPatch']) =>
  take(api.PATCH('/api/v1/staff/{staff_id}', { params: { path: { staff_id: staffId } }, body }));

const readStaff = (staffId: string) =>
  take(api.GET('/api/v1/staff/{staff_id}', { params: { path: { staff_id: staffId } } }));

const staffBase = {
  keys: [['staff'], ['staff-member']],
  read: ({ staff_id: staffId }: StaffMember) => readStaff(staffId),
  write: ({ staff_id: staffId }: StaffMember, body: Schemas['StaffPatch']) => patchStaff(staffId, body),
};

/** What is entered of a person. */
export const keptStaff: Kept<StaffMember, 'display_name' | 'email' | 'role' | 'language' | 'site_ids'> = {
  ...staffBase,
  names: ['display_name', 'email', 'role', 'language', 'site_ids'],
};

/** Whether a person may come in. */
export const keptStaffStatus: Kept<StaffMember, 'is_active'> = { ...staffBase, names: ['is_active'] };

export function useUpdateStaff() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ staffId, body }: { staffId: string; body: Schemas['StaffPatch'] }) => patchStaff(staffId, body),
    onSuccess: async (member) => {
      client.setQueryData(['staff-member', member.staff_id], member);
      await client.invalidateQueries({ queryKey: ['staff'] });
    },
  });
}

export function useResetStaffPassword() {
  return useMutation({
    mutationFn: (staffId: string) =>
      take(api.POST('/api/v1/staff/{staff_id}/reset-password', { params: { path: { staff_id: staffId } } })),
  });
}

/** Mails a link to set a password; answers null when there were several within the hour. */
export function useSendStaffLink() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (staffId: string) =>
      take(api.POST('/api/v1/staff/{staff_id}/send-link', { params: { path: { staff_id: staffId } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['letters'] }),
  });
}

export function useApiKeys({ after }: { after?: string }) {
  const query = { with_total: true, ...(after && { cursor: after }) };
  return useQuery({
    queryKey: ['api-keys', query],
    queryFn: () => take(api.GET('/api/v1/api-keys', { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

export function useCreateApiKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['ApiKeyBody']) => take(api.POST('/api/v1/api-keys', { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['api-keys'] }),
  });
}

export function useRevokeApiKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (apiKeyId: string) =>
      take(api.DELETE('/api/v1/api-keys/{api_key_id}', { params: { path: { api_key_id: apiKeyId } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['api-keys'] }),
  });
}

const auditFilter = ({ actor, subject, action }: AuditSearch) => ({
  ...(actor && { actor }),
  ...(subject && { subject }),
  ...(action && { action }),
});

export function readAudit(search: AuditSearch, part: Part) {
  return take(api.GET('/api/v1/audit', { params: { query: { ...auditFilter(search), ...part } } }));
}

export function useAudit(search: AuditSearch) {
  const { after } = search;
  const query = { with_total: true, ...auditFilter(search), ...(after && { cursor: after }) };
  return useQuery({
    queryKey: ['audit', query],
    queryFn: () => take(api.GET('/api/v1/audit', { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

export function useSignIns() {
  return useQuery({ queryKey: ['sign-ins'], queryFn: () => take(api.GET('/api/v1/auth/sign-ins')) });
}

export function useRevokeSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (signInId: string) =>
      take(api.DELETE('/api/v1/auth/sign-ins/{sign_in_id}', { params: { path: { sign_in_id: signInId } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['sign-ins'] }),
  });
}

export function useChangePassword() {
  return useMutation({
    mutationFn: (body: Schemas['PasswordChange']) => take(api.POST('/api/v1/auth/change-password', { body })),
  });
}
