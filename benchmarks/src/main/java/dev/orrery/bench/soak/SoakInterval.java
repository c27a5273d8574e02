package dev.orrery.bench.soak;

import java.util.Locale;

/**
 * Values that were observed in one interval of the load.
 *
 * @param perSecond instances that ended
 * @param waiting instances that had not ended, at its end
 * @param queueMegabytes the table of instances that have not ended, without its indexes
 * @param historyBytesPerInstance by which the history grew for each that ended, with its indexes
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
