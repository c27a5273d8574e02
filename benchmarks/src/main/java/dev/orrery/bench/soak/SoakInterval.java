package dev.orrery.bench.soak;

import java.util.Locale;

/**
 * The values that the soak scenario measures in one interval.
 *
 * @param perSecond ended instances per second
 * @param waiting instances that had not ended at the end of the interval
 * @param queueMegabytes the table of active instances, without its indexes
 * @param historyBytesPerInstance growth of the history per ended instance, including its indexes
 */
record SoakInterval(
    double perSecond,
    double waiting,
    double schedulerMegabytes,
    double agentsMegabytes,
    double databaseMegabytes,
    double queueMegabytes,
    double queueIndexMegabytes,
    double historyBytesPerInstance) {

  String line() {
    return String.format(
        Locale.ROOT,
        "%,.0f per second, %,.0f waiting; MB: scheduler %.0f, agents %.0f, database %.0f;"
            + " queue %.1f, its indexes %.1f; history %.0f bytes an instance",
        perSecond,
        waiting,
        schedulerMegabytes,
        agentsMegabytes,
        databaseMegabytes,
        queueMegabytes,
        queueIndexMegabytes,
        historyBytesPerInstance);
  }
}
