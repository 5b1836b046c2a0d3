package io.idempotent.sample.vote;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/**
 * Counts votes, one per user and proposal. The unique constraint alone would tell a retry
 * that it has voted before; with a key it gets the tally.
 */
@Service
class VoteService {

	private final JdbcClient jdbc;

	VoteService(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Counts a vote.
	 * @return the tally right after it
	 * @throws AlreadyVotedException if the user has voted on the proposal before
	 */
	Tally cast(String voter, Vote vote) {
		try {
			this.jdbc.sql("INSERT INTO vote (voter, proposal, choice) VALUES (?, ?, ?)")
				.params(voter, vote.proposal(), vote.choice())
				.update();
		}
		catch (DuplicateKeyException ex) {
			throw new AlreadyVotedException(voter, vote.proposal());
		}
		return new Tally(vote.proposal(), count().getOrDefault(vote.proposal(), Map.of()));
	}

	List<Tally> tallies() {
		return count().entrySet().stream().map((entry) -> new Tally(entry.getKey(), entry.getValue())).toList();
	}

	private Map<String, Map<String, Long>> count() {
		Map<String, Map<String, Long>> votes = new TreeMap<>();
		RowCallbackHandler add = (row) -> votes
			.computeIfAbsent(row.getString("proposal"), (proposal) -> new LinkedHashMap<>())
			.put(row.getString("choice"), row.getLong("votes"));
		this.jdbc.sql(
				"SELECT proposal, choice, COUNT(*) AS votes FROM vote GROUP BY proposal, choice ORDER BY proposal, choice")
			.query(add);
		return votes;
	}

}
