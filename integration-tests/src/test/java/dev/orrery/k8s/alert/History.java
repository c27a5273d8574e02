package dev.orrery.k8s.alert;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Rounds of scrapes, oldest first, as Prometheus would store them. */
final class History {
  private final List<Round> rounds = new ArrayList<>();

  /**
   * @param at since any origin; later than the previous round
   * @param samples of all targets that responded
   */
  record Round(Duration at, List<Sample> samples) {}

  record Point(Duration at, double value) {}

  void add(Round round) {
    rounds.add(round);
  }

  /** Returns the values of the last round, by labels. Series that are missing there are ignored. */
  Map<Map<String, String>, Double> latest(Expression.Selector selector) {
    Map<Map<String, String>, Double> values = new LinkedHashMap<>();
    for (Sample sample : rounds.get(rounds.size() - 1).samples()) {
      if (selector.selects(sample)) {
        values.put(sample.labels(), sample.value());
      }
    }
    return values;
  }

  /** Returns the values of the time before the last round, by labels, oldest first. */
  Map<Map<String, String>, List<Point>> within(Expression.Selector selector, Duration span) {
    Duration from = rounds.get(rounds.size() - 1).at().minus(span);
    Map<Map<String, String>, List<Point>> series = new LinkedHashMap<>();
    for (Round round : rounds) {
      if (round.at().compareTo(from) >= 0) {
        for (Sample sample : round.samples()) {
          if (selector.selects(sample)) {
            series
                .computeIfAbsent(sample.labels(), labels -> new ArrayList<>())
                .add(new Point(round.at(), sample.value()));
          }
        }
      }
    }
    return series;
  }
}
