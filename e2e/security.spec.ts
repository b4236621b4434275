/** The page's security policy is in force, in the page as in its worker, and every other test runs under it. */
import { expect } from '@playwright/test';
import { openLab, test } from './lab.ts';

const LAB_WORKER = /\/labWorker[^/]*\.js$/;

test.use({ expectedErrors: [/Content Security Policy/] });

test('neither text as code, nor foreign servers, nor inline scripts', async ({ page, request }) => {
  const served = await request.get('./');
  const policy = served.headers()['content-security-policy']!;
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/'unsafe-inline'|'unsafe-eval'/);
  const html = await served.text();
  const inPage = await page.evaluate(
    (text) =>
      new DOMParser()
        .parseFromString(text, 'text/html')
        .querySelector<HTMLMetaElement>('meta[http-equiv="Content-Security-Policy"]')!.content,
    html,
  );
  expect(policy.startsWith(inPage), 'the page holds the policy itself, for hosts without headers').toBe(true);
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)/);

  await openLab(page);
  const refused = await page.evaluate(async () => {
    const broken: string[] = [];
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) =>
      broken.push(effectiveDirective),
    );
    const fetched = await fetch('http://127.0.0.1:9/').then(
      () => 'fetched',
      () => 'refused',
    );
    const script = document.createElement('script');
    script.textContent = 'window.inlineRan = true';
    document.body.append(script);
    const isInline = 'inlineRan' in window;
    await new Promise((resolve) => setTimeout(resolve, 50));
    return { fetched, isInline, broken };
  });
  expect(refused.fetched).toBe('refused');
  expect(refused.isInline).toBe(false);
  expect(refused.broken).toEqual(expect.arrayContaining(['connect-src', 'script-src-elem']));
});

test('the worker that trains is served with the same policy, and obeys it', async ({ page }) => {
  const served = page.waitForResponse(LAB_WORKER);
  await openLab(page);
  expect((await served).headers()['content-security-policy']).toContain("connect-src 'self'");
  const worker = page.workers().find((each) => LAB_WORKER.test(each.url()))!;
  const refused = await worker.evaluate(async () => {
    const broken: string[] = [];
    addEventListener('securitypolicyviolation', (event) =>
      broken.push((event as SecurityPolicyViolationEvent).effectiveDirective),
    );
    const fetched = await fetch('http://127.0.0.1:9/').then(
      () => 'fetched',
      () => 'refused',
    );
    // In a task of its own, because what a debugger runs may evaluate text.
    const evaluated = await new Promise((resolve) =>
      setTimeout(() => {
        try {
          resolve(new Function('return "evaluated"')());
        } catch {
          resolve('refused');
        }
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    return { fetched, evaluated, broken };
  });
  expect(refused).toMatchObject({ fetched: 'refused', evaluated: 'refused' });
  expect(refused.broken).toEqual(expect.arrayContaining(['connect-src', 'script-src']));
});
