package dev.orrery.scheduler.model.instance;

import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StoreDatabase;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.model.instance.InstancePageStore.PageRequest;
import dev.orrery.scheduler.model.instance.InstancePageStore.Rows;
import java.util.ArrayList;
import java.util.List;

/**
 * The instances on the pages of a list.
 *
 * @param mostRead rows that one call has found by indexes
 */
record InstanceWalk(List<Long> ids, int calls, long mostRead) {
  private static final String ROWS_READ =
      "select coalesce(sum(idx_tup_fetch), 0)::bigint as rows from pg_stat_xact_all_tables"
          + " where relname like 'instance%' and relname not like 'instance_number%'";

  /** Reads all pages of the app of a job. */
  static InstanceWalk of(StoredJob job, InstanceFilter filter, int limit) {
    return of(job, filter, limit, Integer.MAX_VALUE);
  }

  /** Reads pages until they have this many instances. */
  static InstanceWalk of(StoredJob job, InstanceFilter filter, int limit, int wanted) {
    List<Long> ids = new ArrayList<>();
    Long before = Long.MAX_VALUE;
    int calls = 0;
    long mostRead = 0;
    while (before != null && ids.size() < wanted) {
      StoreDatabase.Client client = job.database().begin();
      Rows<InstanceRow> page =
          new InstancePageStore(client)
              .page(new PageRequest(job.app(), filter, before, limit))
              .orElseThrow();
      page.rows().forEach(row -> ids.add(row.id()));
      before = page.next();
      calls++;
      mostRead = Math.max(mostRead, rowsRead(client));
      client.commit();
    }
    return new InstanceWalk(ids, calls, mostRead);
  }

  private static long rowsRead(StoreDatabase.Client client) {
    return client.autocommit(
        connection ->
            SqlStatement.of(connection, ROWS_READ).first(row -> row.getLong("rows")).orElseThrow());
  }
}
