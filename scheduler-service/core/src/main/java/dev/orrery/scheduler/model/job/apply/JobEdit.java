package dev.orrery.scheduler.model.job.apply;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.orrery.scheduler.http.rest.DocumentChange;
import dev.orrery.scheduler.http.rest.DocumentChange.Difference;
import dev.orrery.scheduler.http.rest.DocumentChange.Kind;
import dev.orrery.scheduler.model.job.document.JobDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The edit of one job of a file. Holds no stored document: a file names up to 1,000 jobs, whose
 * documents may have 256 MiB.
 *
 * @param before empty for a creation
 * @param documentChange change of the document, without the change of the owner
 * @param truncated whether {@code documentChange} lacks some differences
 * @param adopted whether the stored job gets an owner
 */
record JobEdit(
    String name,
    Optional<StoredVersion> before,
    JobDocument document,
    DocumentChange documentChange,
    boolean truncated,
    boolean adopted) {

  boolean writesDocument() {
    return documentChange.change() != Kind.NONE;
  }

  boolean changesNothing() {
    return !writesDocument() && !adopted;
  }

  /** Returns the change of the document and the owner. */
  DocumentChange change(String owner) {
    if (!adopted) {
      return documentChange;
    }
    List<Difference> differences = new ArrayList<>(documentChange.differences());
    differences.add(new Difference("status.owner", null, TextNode.valueOf(owner)));
    return new DocumentChange(Kind.UPDATE, differences);
  }
}
