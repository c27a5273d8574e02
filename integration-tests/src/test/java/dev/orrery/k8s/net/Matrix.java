package dev.orrery.k8s.net;

import dev.orrery.k8s.Connections;
import dev.orrery.k8s.policy.Socket;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** The reachable ports of each pair. */
record Matrix(Map<Cell, Reach> cells) {
  private static final List<Socket> SOCKETS = sockets();
  private static final String COLUMN = "%11s";

  /** A connection attempt. */
  record Cell(Endpoint from, Endpoint to, Socket socket) {
    @Override
    public String toString() {
      return from + " -> " + to + " " + socket;
    }
  }

  private static List<Socket> sockets() {
    return Connections.sockets().stream()
        .sorted(Comparator.comparing(Socket::protocol).thenComparing(Socket::port))
        .toList();
  }

  static Matrix tried(Cast cast, PodNetwork network) {
    Map<Endpoint, List<Cell>> bySource = new LinkedHashMap<>();
    for (Cell cell : attempts(cast)) {
      bySource.computeIfAbsent(cell.from(), from -> new ArrayList<>()).add(cell);
    }
    bySource.forEach(
        (from, cells) ->
            network
                .at(from)
                .dial(
                    cells.stream()
                        .map(cell -> new Target(cell.to().address(), cell.socket()))
                        .toList()));
    Map<Endpoint, Iterator<Reach>> found = new HashMap<>();
    bySource.keySet().forEach(from -> found.put(from, network.at(from).dialled().iterator()));
    Map<Cell, Reach> cells = new LinkedHashMap<>();
    attempts(cast).forEach(cell -> cells.put(cell, found.get(cell.from()).next()));
    return new Matrix(cells);
  }

  /** Derives the matrix from the port plan. */
  static Matrix planned(Cast cast, Map<Endpoint, Set<Socket>> listening) {
    Map<Cell, Reach> planned = new LinkedHashMap<>();
    for (Cell cell : attempts(cast)) {
      planned.put(cell, cast.planned(cell.from(), cell.to(), cell.socket(), listening));
    }
    return new Matrix(planned);
  }

  private static List<Cell> attempts(Cast cast) {
    List<Cell> attempts = new ArrayList<>();
    for (Endpoint to : cast.everybody()) {
      for (Endpoint from : cast.everybody()) {
        if (cast.isTried(from, to)) {
          SOCKETS.forEach(socket -> attempts.add(new Cell(from, to, socket)));
        }
      }
    }
    return attempts;
  }

  List<String> differences(Matrix planned) {
    List<String> differences = new ArrayList<>();
    cells.forEach(
        (cell, reach) -> {
          Reach wanted = planned.cells.get(cell);
          if (reach != wanted) {
            differences.add(cell + " is " + reach + ", planned " + wanted);
          }
        });
    return differences;
  }

  /**
   * Returns a table for each target, and one for equal targets together. Clients with equal access
   * share a line; unreachable ports have no column.
   */
  String table() {
    Map<Endpoint, Map<Endpoint, List<Reach>>> byTarget = new LinkedHashMap<>();
    cells.forEach(
        (cell, reach) ->
            byTarget
                .computeIfAbsent(cell.to(), to -> new LinkedHashMap<>())
                .computeIfAbsent(cell.from(), from -> new ArrayList<>())
                .add(reach));
    Map<String, List<String>> alike = new LinkedHashMap<>();
    byTarget.forEach(
        (to, rows) -> alike.computeIfAbsent(lines(rows), same -> new ArrayList<>()).add(to.name()));
    StringBuilder table = new StringBuilder();
    alike.forEach(
        (lines, names) ->
            table.append("to ").append(String.join(", ", names)).append('\n').append(lines));
    return table.toString();
  }

  private static String lines(Map<Endpoint, List<Reach>> rows) {
    List<Integer> columns =
        IntStream.range(0, SOCKETS.size())
            .filter(i -> rows.values().stream().anyMatch(row -> row.get(i) != Reach.DROPPED))
            .boxed()
            .toList();
    Map<List<Reach>, List<String>> alike = new LinkedHashMap<>();
    rows.forEach(
        (from, row) -> alike.computeIfAbsent(row, same -> new ArrayList<>()).add(from.name()));
    StringBuilder lines = new StringBuilder();
    columns.forEach(i -> lines.append(COLUMN.formatted(SOCKETS.get(i))));
    lines.append("  %d other ports%n".formatted(SOCKETS.size() - columns.size()));
    alike.forEach(
        (row, names) -> {
          columns.forEach(i -> lines.append(COLUMN.formatted(row.get(i).cell())));
          lines.append("  .  from ").append(String.join(", ", names)).append('\n');
        });
    return lines.toString();
  }
}
