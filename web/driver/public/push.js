/** What the service worker does with a message of the server: shows it, and opens the app where it leads. */

self.addEventListener('push', (event) => {
  let notice = {};
  try {
    notice = event.data?.json() ?? {};
  } catch {
    return; // not ours
  }
  const { title, body, path, topic, icon } = notice;
  if (typeof title !== 'string') return;
  event.waitUntil(
    self.registration.showNotification(title, {
      body,
      tag: `${topic}:${path}`,
      icon: typeof icon === 'string' && icon.startsWith('/api/') ? icon : '/app/icons/busbar-192.png',
      badge: '/app/icons/busbar-192.png',
      data: { path },
    }),
  );
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const path = String(event.notification.data?.path ?? '/app/');
  if (!path.startsWith('/app/')) return;
  event.waitUntil(
    self.clients.matchAll({ type: 'window' }).then(async (windows) => {
      const open = windows[0];
      if (!open) return self.clients.openWindow(path);
      await open.focus();
      return open.navigate(path);
    }),
  );
});
