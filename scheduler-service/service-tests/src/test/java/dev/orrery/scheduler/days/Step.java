package dev.orrery.scheduler.days;

/**
 * One thing that somebody does. The numbers select among what is there when the step is taken, so a
 * step still means something after others were left out.
 */
record Step(Verb verb, int which, int how) {
  /** {@code how} is a choice below this, plus this times the number of the day. */
  static final int CHOICES = 1000;

  enum Verb {
    PUT_JOB(6),
    DELETE_JOB(1),
    DECLARE(3),
    PAUSE_JOB(4),
    RESUME_JOB(18),
    PAUSE_APP(3),
    RESUME_APP(12),
    RUN(24),
    CANCEL(4),
    RETRY(4),
    RUN_WITH_KEY(4),
    RETRY_WITH_KEY(4),
    POLL(10),
    REPORT(6),
    WORK(32),
    JOIN(1),
    LOSE_WORKER(2),
    FREEZE_WORKER(4),
    LOSE_ANSWER(6),
    FAIL_COMMIT(3),
    LOSE_HINTS(2),
    TAKE_OVER(2),
    PUT_WEBHOOK(2),
    DELETE_WEBHOOK(1),
    ADVANCE(14),
    OUTAGE(2),
    TIDY(4);

    /** How often it happens, compared with the others. */
    final int weight;

    Verb(int weight) {
      this.weight = weight;
    }
  }
}
