import { describe, expect, it } from 'vitest';
import {
	PointerGestures,
	type Pointer,
	type Purpose
} from '../../src/routes/studio/editor/pointer-gestures';

/** Plays events and notes what they came to mean. */
function play(wanted: Purpose = 'paint') {
	const log: string[] = [];
	let time = 0;
	const gestures = new PointerGestures(
		{
			begin: () => log.push('begin'),
			point: (x, y, pressure) => log.push(`point ${x},${y} ${pressure}`),
			end: () => log.push('end'),
			cancel: () => log.push('cancel'),
			click: (x, y) => log.push(`click ${x},${y}`),
			pan: (dx, dy) => log.push(`pan ${dx},${dy}`),
			zoom: (factor) => log.push(`zoom ${factor.toFixed(2)}`)
		},
		() => time
	);
	const at = (type: string, id: number, x: number, y: number, more: Partial<Pointer> = {}) => ({
		pointerId: id,
		pointerType: type,
		x,
		y,
		pressure: 0.5,
		button: 0,
		...more
	});
	return {
		log,
		wait: (ms: number) => (time += ms),
		down: (type: string, id: number, x: number, y: number, more?: Partial<Pointer>) =>
			gestures.down(at(type, id, x, y, more), wanted),
		move: (type: string, id: number, x: number, y: number) =>
			gestures.move(at(type, id, x, y), [at(type, id, x, y)]),
		up: (type: string, id: number, x: number, y: number) => gestures.up(at(type, id, x, y)),
		lost: (id: number) => gestures.lost({ pointerId: id })
	};
}

describe('pointers on the stage', () => {
	it('paint with a mouse at full pressure and with a pen at its own', () => {
		const mouse = play();
		mouse.down('mouse', 1, 0, 0);
		mouse.move('mouse', 1, 5, 0);
		mouse.up('mouse', 1, 5, 0);
		expect(mouse.log).toEqual(['begin', 'point 0,0 1', 'point 5,0 1', 'end']);
		const pen = play();
		pen.down('pen', 1, 0, 0);
		expect(pen.log).toEqual(['begin', 'point 0,0 0.5']);
	});

	it('move the picture with the middle button, whatever the tool', () => {
		const { log, down, move, up } = play();
		down('mouse', 1, 0, 0, { button: 1 });
		move('mouse', 1, 7, -2);
		up('mouse', 1, 7, -2);
		expect(log).toEqual(['pan 7,-2']);
	});

	it('take a young stroke back when a second finger comes, then move and zoom', () => {
		const { log, wait, down, move } = play();
		down('touch', 1, 0, 0);
		wait(100);
		down('touch', 2, 100, 0);
		move('touch', 2, 200, 0);
		expect(log).toEqual(['begin', 'point 0,0 1', 'cancel', 'pan 50,0', 'zoom 2.00']);
	});

	it('keep a stroke that was well under way when a second finger comes', () => {
		const { log, wait, down } = play();
		down('touch', 1, 0, 0);
		wait(900);
		down('touch', 2, 100, 0);
		expect(log).toEqual(['begin', 'point 0,0 1', 'end']);
	});

	it('ignore the palm while a pen paints, and let fingers move once a pen was used', () => {
		const { log, wait, down, move, up } = play();
		down('pen', 1, 0, 0);
		down('touch', 2, 50, 50);
		move('touch', 2, 60, 60);
		up('touch', 2, 60, 60);
		up('pen', 1, 0, 0);
		expect(log).toEqual(['begin', 'point 0,0 0.5', 'end']);
		wait(2000);
		down('touch', 3, 0, 0);
		move('touch', 3, 10, 0);
		expect(log.slice(3)).toEqual(['pan 10,0']);
	});

	it('click only when they stay where they went down', () => {
		const { log, down, up } = play('click');
		down('mouse', 1, 10, 10);
		up('mouse', 1, 12, 10);
		down('mouse', 1, 10, 10);
		up('mouse', 1, 60, 10);
		expect(log).toEqual(['click 12,10']);
	});

	it('end the stroke when the browser takes the pointer away', () => {
		const { log, down, lost } = play();
		down('touch', 1, 0, 0);
		lost(1);
		expect(log).toEqual(['begin', 'point 0,0 1', 'end']);
	});
});
