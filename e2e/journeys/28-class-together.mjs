import assert from 'node:assert/strict';

import { barriers, beyond } from '../lib/axe.mjs';
import { close } from '../lib/browser.mjs';
import { bar, joins } from '../lib/learner.mjs';
import { LESSON } from '../lib/pages.mjs';
import { until } from '../lib/person.mjs';
import { openRoom } from '../lib/teacher.mjs';

export const name = 'hand, message, question in two votes, looking, leading and a closed room, as a learner sees them, without a barrier';

export default async function ({ base, browser }) {
  const room = await openRoom(browser, base);
  const pages = [];
  for (const [who, width, dark] of [['Ada', 360, false], ['Ben', 1280, true]]) {
    const page = await joins(browser, base, room.code, who, { width, dark, height: 800 });
    await page.goto(new URL(LESSON, base).href);
    await bar(page).getByText(who).waitFor();
    await until(() => page.locator('[data-part=room-bar][data-standing=in]').count(), 'in the room');
    pages.push(page);
  }
  const [ada, ben] = pages;
  const found = [];
  const look = async (what) => {
    for (const page of pages) {
      found.push(...[...(await barriers(page)), ...(await beyond(page))].map((it) => `${what}: ${it}`));
    }
  };

  await bar(ada).getByRole('button', { name: 'Raise hand' }).click();
  await until(async () => (await room.tile('Ada'))?.hand, 'the hand is seen');
  const { learner } = await room.tile('Ada');
  await room.direct({ lower: { learner } });
  await bar(ada).getByRole('button', { name: 'Raise hand' }).waitFor();

  await room.direct({ tell: { learner, text: 'Look at <b>step 3</b>.' } });
  await bar(ada).getByText('Look at <b>step 3</b>.').first().waitFor();
  assert.equal(await ben.getByText('Look at').count(), 0, 'a message to one is for one');
  await ada.reload();
  await bar(ada).getByText('Look at <b>step 3</b>.').first().waitFor();
  await bar(ada).getByRole('button', { name: 'I have read it' }).click();
  await until(async () => !(await bar(ada).getByRole('button', { name: 'I have read it' }).count()), 'it is gone once read');

  await room.direct({ question: { text: 'How many bytes does send take?', choices: ['4096', '6144', 'all 20000'], right: 1 } });
  await bar(ada).getByRole('button', { name: '4096' }).click();
  await bar(ben).getByRole('button', { name: '6144' }).click();
  await bar(ada).getByText('2 answered so far').waitFor();
  await look('first vote');
  for (const page of pages) {
    const { height } = await bar(page).boundingBox();
    assert(height <= 0.45 * 800, `the lesson stays in sight beneath ${height} px`);
  }

  // Folded away: what there is only to know stands in the button, what wants an answer opens the bar; the keyboard stays.
  await bar(ada).getByRole('button', { name: 'Fold this away' }).press('Enter');
  await bar(ada).getByRole('button', { name: /^Show \d from your teacher/ }).waitFor();
  const { x, width } = await bar(ada).getByRole('button', { name: 'Room' }).boundingBox();
  assert(x >= 0 && x + width <= 360, `Room is on the screen: ${x}, ${width}`);
  await look('folded');
  await room.direct({ phase: { phase: 'talk' } });
  await bar(ada).getByRole('button', { name: 'New: Talk to your neighbour' }).waitFor();
  await bar(ben).getByText('Talk to your neighbour', { exact: true }).waitFor();
  assert.equal(await bar(ben).getByRole('button', { name: '6144' }).count(), 0);
  await room.direct({ phase: { phase: 'second' } });
  await bar(ada).getByText('The same question again').waitFor();
  assert.equal(await ada.evaluate(() => document.activeElement.dataset.part), 'fold');
  await bar(ada).getByRole('button', { name: '6144' }).click();
  await bar(ben).getByRole('button', { name: '6144' }).click();
  await bar(ada).getByText('2 answered so far').waitFor();
  await room.direct({ phase: { phase: 'revealed' } });
  await bar(ada).getByText('then 2 of 2, 100 %').waitFor();
  await bar(ada).getByText('you, at first').waitFor();
  await bar(ben).getByText('you, both times').waitFor();
  await look('revealed');
  await room.direct('clear');

  await room.direct({ look: { learner } });
  await bar(ada).getByText('Your teacher is looking at your stage').first().waitFor();
  assert.equal((await until(room.looking, 'where she is')).place.page, `/${LESSON}`);
  assert.equal(await ben.getByText('looking at your stage').count(), 0);
  await room.direct({ look: {} });

  const went = ada.evaluate(() => new Promise((yes) => document.addEventListener('socketscope:go', ({ detail }) => yes(JSON.parse(detail)))));
  await room.direct({ follow: { place: { page: `/${LESSON}`, figure: 'partial-send', step: 25, of: 25, link: '25' } } });
  await bar(ada).getByRole('button', { name: 'Follow', exact: true }).click();
  assert.deepEqual(await went, { figure: 'partial-send', link: '25' });
  await follows(room, ada);
  await room.direct({ follow: { place: { page: '/lessons/what-a-socket-is', figure: '', step: 0, of: 0, link: '' } } });
  await bar(ada).getByRole('link', { name: 'Go there' }).waitFor();
  assert(ada.url().includes(LESSON), 'nobody is led away without a click');
  await look('led elsewhere');
  await room.direct({ follow: {} });

  await room.direct({ set: { settings: { title: 'Networks', pages: ['/lessons/what-a-socket-is'], no_live: true, closed: true } } });
  await bar(ada).getByText('Your teacher has closed the room.').first().waitFor();
  await bar(ada).getByText('This page is not one of the room’s.').waitFor();
  await bar(ada).getByText('Your teacher has closed live runs.').waitFor();
  await look('closed');
  await room.direct('end');
  await bar(ada).getByRole('link', { name: 'See your work, or join another room' }).waitFor();
  await bar(ada).getByRole('button', { name: 'Room' }).click();
  await bar(ada).locator('[data-part=room-menu]', { hasText: 'What you did stays in this browser.' }).waitFor();
  assert.equal(await bar(ada).getByRole('button', { name: 'Leave the room' }).count(), 0, 'there is nothing to leave');
  await look('ended');
  await ada.goto(new URL('keys', base).href);
  assert.equal(await bar(ada).count(), 0, 'a room that is over is forgotten');
  assert.deepEqual(found, []);
  for (const page of pages) await close(page);
  await room.close();
}

/** Where the page is, as somebody sees it. */
const sees = (page, id) =>
  page.waitForFunction((id) => {
    const { top, bottom } = document.getElementById(id).getBoundingClientRect();
    return bottom > 200 && top < innerHeight - 200;
  }, id);

/** Whoever follows sees the figure, also one that was awake already, and a live run; nobody's page moves while they type. */
async function follows(room, page) {
  const live = await page.locator('[data-figure=live]').first().getAttribute('id');
  const lead = (figure, step, link = '') => room.direct({ follow: { place: { page: `/${LESSON}`, figure, step, of: 25, link } } });
  await sees(page, 'partial-send');
  await lead(live, 1);
  await sees(page, live);
  await page.evaluate(() => scrollTo(0, 0));
  await lead('partial-send', 22, '22');
  await sees(page, 'partial-send');

  await page.evaluate(() => {
    scrollTo(0, 0);
    const field = document.createElement('input');
    document.querySelector('.masthead').append(field);
    field.focus();
  });
  const told = page.evaluate(() => new Promise((yes) => document.addEventListener('socketscope:go', () => yes(scrollY))));
  await lead(live, 2);
  assert.equal(await told, 0, 'the page stays where somebody types');
  assert.equal(await page.evaluate(() => scrollY), 0);
  await page.evaluate(() => document.activeElement.remove());
}
