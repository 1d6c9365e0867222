// Loaded into a server under test: the machine's clock is wrong by TEST_CLOCK_SHIFT_SECONDS, as on a
// node whose time service is dead. Monotonic time, and the time of other machines, stay right.
const shiftMs = Number(process.env.TEST_CLOCK_SHIFT_SECONDS) * 1000;
const RightDate = Date;
globalThis.Date = class Date extends RightDate {
  constructor(...parts) {
    if (parts.length === 0) super(RightDate.now() + shiftMs);
    else super(...parts);
  }

  static now() {
    return RightDate.now() + shiftMs;
  }
};
