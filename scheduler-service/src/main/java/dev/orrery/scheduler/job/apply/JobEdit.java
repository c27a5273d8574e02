package dev.orrery.scheduler.job.apply;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.orrery.scheduler.job.Job;
import dev.orrery.scheduler.job.document.JobDocument;
import dev.orrery.scheduler.rest.DocumentChange;
import dev.orrery.scheduler.rest.DocumentChange.Difference;
import dev.orrery.scheduler.rest.DocumentChange.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One job of a plan.
 *
 * @param before empty for a creation
 * @param document null for a deletion
 * @param documentChange change of the document, without that of the owner
 * @param adopted true if the stored job gets an owner
 */
record JobEdit(
    String name,
    Optional<Job> before,
    JobDocument document,
    DocumentChange documentChange,
    boolean adopted) {

  static JobEdit deletion(Job job) {
    return new JobEdit(
        job.document().name(),
        Optional.of(job),
        null,
        new DocumentChange(Kind.DELETE, List.of()),
        false);
  }

  /** Returns true if the job gets a document that it does not have. */
  boolean writesDocument() {
    return documentChange.change() == Kind.CREATE || documentChange.change() == Kind.UPDATE;
  }

  boolean deletes() {
    return documentChange.change() == Kind.DELETE;
  }

  boolean changesNothing() {
    return documentChange.change() == Kind.NONE && !adopted;
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
