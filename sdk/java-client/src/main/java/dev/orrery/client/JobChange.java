package dev.orrery.client;

import java.util.List;
import java.util.Optional;

/**
 * The change that applying a file makes to one job.
 *
 * @param differences by field; empty unless the job is updated
 * @param isTruncated whether further differences are left out
 * @param version after the call; empty if there is no such job then
 * @param etag after the call
 */
public record JobChange(
    String name,
    ChangeKind kind,
    List<FieldDifference> differences,
    boolean isTruncated,
    Optional<Integer> version,
    Optional<String> etag) {

  static JobChange of(Fields json) {
    return new JobChange(
        json.text("name"),
        Fields.constant(ChangeKind.class, json.text("change"), ChangeKind.UNKNOWN),
        json.list("differences", FieldDifference::of),
        json.isTrue("truncated"),
        json.optionalNumber("version").map(Math::toIntExact),
        json.optionalText("etag"));
  }
}
