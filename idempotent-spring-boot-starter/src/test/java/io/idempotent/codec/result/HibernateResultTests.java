package io.idempotent.codec.result;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import io.idempotent.codec.payload.HibernatePayloadTests;
import jakarta.persistence.CascadeType;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import org.hibernate.Hibernate;
import org.hibernate.LazyInitializationException;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.bytecode.enhance.spi.interceptor.LazyAttributeLoadingInterceptor;
import org.hibernate.bytecode.enhance.spi.interceptor.LazyAttributeLoadingInterceptor.EntityRelatedState;
import org.hibernate.collection.spi.PersistentBag;
import org.hibernate.jpa.HibernatePersistenceConfiguration;
import org.hibernate.proxy.HibernateProxy;
import org.hibernate.tool.schema.Action;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.core.ParameterizedTypeReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Entities as they come from a database, returned by a method: what was loaded replays as
 * a detached copy, and nothing is loaded in order to record it.
 */
class HibernateResultTests {

	private static SessionFactory sessions;

	private final JsonResultCodec codec = new JsonResultCodec();

	@BeforeAll
	static void fillDatabase() {
		sessions = new HibernatePersistenceConfiguration("results")
			.managedClasses(Owner.class, Company.class, Contract.class, Clause.class, Seal.class)
			.jdbcUrl("jdbc:h2:mem:results;DB_CLOSE_DELAY=-1")
			.schemaToolingAction(Action.CREATE_DROP)
			.property("hibernate.generate_statistics", true)
			.createEntityManagerFactory();
		sessions.inTransaction((session) -> {
			session.persist(new Owner(1, "Ada"));
			session.persist(new Company(2, "Ltd", "x"));
			Seal seal = new Seal();
			seal.id = 1;
			session.persist(seal);
			session.persist(contract(1, session.getReference(Owner.class, 1), session.getReference(Seal.class, 1)));
			session.persist(contract(2, session.getReference(Owner.class, 2), null));
		});
	}

	@AfterAll
	static void closeDatabase() {
		sessions.close();
	}

	@Test
	void aLoadedProxyReplaysAsTheEntityBehindIt() {
		Contract contract = load(1);
		assertThat(contract.owner).isInstanceOf(HibernateProxy.class);
		assertThat(contract.seal).isInstanceOf(HibernateProxy.class);
		assertThat(contract.clauses).isInstanceOf(PersistentBag.class);

		Contract replay = (Contract) replay(contract, Contract.class);

		assertThat(replay.owner).isExactlyInstanceOf(Owner.class);
		assertThat(replay.owner.name).isEqualTo("Ada");
		assertThat(replay.seal).isExactlyInstanceOf(Seal.class);
		assertThat(replay.notes).isExactlyInstanceOf(ArrayList.class).containsExactly("note");
		assertThat(replay.tags).containsExactlyInAnyOrder("a", "b");
		assertThat(replay.prices).containsExactlyInAnyOrderEntriesOf(Map.of("one", 1, "two", 2));
	}

	@Test
	void entitiesThatReferToEachOtherReplayAsSuch() {
		Contract replay = (Contract) replay(load(1), Contract.class);

		assertThat(replay.clauses).hasSize(2).allSatisfy((clause) -> assertThat(clause.contract).isSameAs(replay));
		assertThat(replay.seal.contract).isSameAs(replay);
		Clause clause = (Clause) replay(load(1).clauses.get(1), Clause.class);
		assertThat(clause.contract.clauses).hasSize(2).element(1).isSameAs(clause);
	}

	@Test
	void anEntityThatIsMetTwiceReplaysAsOne() {
		Contract contract = load(1);
		List<?> replay = (List<?>) replay(List.of(contract, contract),
				new ParameterizedTypeReference<List<Contract>>() {
				}.getType());
		Deal deal = (Deal) replay(new Deal(contract.owner, contract), Deal.class);

		assertThat(replay.get(1)).isSameAs(replay.get(0));
		assertThat(deal.contract().owner).isSameAs(deal.owner()).isExactlyInstanceOf(Owner.class);
	}

	@Test
	void aProxyAsTheResultItselfReplaysAsTheEntity() {
		Owner proxy = sessions.fromTransaction((session) -> {
			Owner reference = session.getReference(Owner.class, 1);
			Hibernate.initialize(reference);
			return reference;
		});

		assertThat(proxy).isInstanceOf(HibernateProxy.class);
		assertThat(replay(proxy, Owner.class)).isExactlyInstanceOf(Owner.class)
			.usingRecursiveComparison()
			.isEqualTo(new Owner(1, "Ada"));
	}

	@Test
	void aProxyOfASubclassThatItsDeclaredTypeDoesNotTellOfIsUnavailable() {
		Contract contract = load(2);
		assertThat(Hibernate.unproxy(contract.owner)).isExactlyInstanceOf(Company.class);

		byte[] bytes = this.codec.encode(contract, Contract.class);

		assertThatException().isThrownBy(() -> this.codec.decode(bytes, Contract.class));
	}

	@Test
	void whatWasNotLoadedIsRefusedAndNotLoadedInsideAndOutsideOfItsSession() {
		Contract detached = sessions.fromTransaction((session) -> {
			Contract contract = session.find(Contract.class, 1);
			assertNotLoaded(contract, Contract.class);
			assertNotLoaded(contract.owner, Owner.class);
			Hibernate.initialize(contract.owner);
			Hibernate.initialize(contract.seal);
			assertNotLoaded(contract, Contract.class);
			assertThat(Hibernate.isInitialized(contract.notes)).isFalse();
			return contract;
		});

		assertNotLoaded(detached, Contract.class);
		HibernatePayloadTests.Enhanced enhanced = new HibernatePayloadTests.Enhanced();
		assertThat(replay(enhanced, HibernatePayloadTests.Enhanced.class)).usingRecursiveComparison()
			.isEqualTo(enhanced);
		enhanced.$$_hibernate_setInterceptor(
				new LazyAttributeLoadingInterceptor(new EntityRelatedState("Enhanced", Set.of("text")), 1, null));
		assertNotLoaded(enhanced, HibernatePayloadTests.Enhanced.class);
	}

	private void assertNotLoaded(Object value, Class<?> type) {
		long statements = sessions.getStatistics().getPrepareStatementCount();
		assertThatException().isThrownBy(() -> this.codec.encode(value, type))
			.withRootCauseInstanceOf(LazyInitializationException.class)
			.withStackTraceContaining("has not been loaded from the database");
		assertThat(sessions.getStatistics().getPrepareStatementCount()).isEqualTo(statements);
	}

	private Object replay(Object result, Type type) {
		this.codec.validate(type);
		return this.codec.decode(this.codec.encode(result, type), type);
	}

	private static Contract load(int id) {
		Function<Session, Contract> work = (session) -> {
			Contract contract = session.find(Contract.class, id);
			Hibernate.initialize(contract.owner);
			Hibernate.initialize(contract.seal);
			Hibernate.initialize(contract.clauses);
			Hibernate.initialize(contract.notes);
			Hibernate.initialize(contract.tags);
			Hibernate.initialize(contract.prices);
			return contract;
		};
		return sessions.fromTransaction(work);
	}

	private static Contract contract(int id, Owner owner, Seal seal) {
		Contract contract = new Contract();
		contract.id = id;
		contract.owner = owner;
		contract.seal = seal;
		contract.notes.add("note");
		contract.tags.addAll(List.of("a", "b"));
		contract.prices.putAll(Map.of("one", 1, "two", 2));
		for (int i = 0; i < 2; i++) {
			Clause clause = new Clause();
			clause.id = 10 * id + i;
			clause.contract = contract;
			contract.clauses.add(clause);
		}
		return contract;
	}

	record Deal(Owner owner, Contract contract) {

	}

	@Entity(name = "Owner")
	static class Owner {

		@Id
		private int id;

		private String name;

		protected Owner() {
		}

		Owner(int id, String name) {
			this.id = id;
			this.name = name;
		}

		int getId() {
			return this.id;
		}

	}

	@Entity(name = "Company")
	static class Company extends Owner {

		private String register;

		protected Company() {
		}

		Company(int id, String name, String register) {
			super(id, name);
			this.register = register;
		}

		String getRegister() {
			return this.register;
		}

	}

	@Entity(name = "Contract")
	static class Contract {

		@Id
		private int id;

		@ManyToOne(fetch = FetchType.LAZY)
		private Owner owner;

		@OneToOne(fetch = FetchType.LAZY)
		private Seal seal;

		@OneToMany(mappedBy = "contract", cascade = CascadeType.PERSIST)
		private final List<Clause> clauses = new ArrayList<>();

		@ElementCollection
		private final List<String> notes = new ArrayList<>();

		@ElementCollection
		private final Set<String> tags = new HashSet<>();

		@ElementCollection
		private final Map<String, Integer> prices = new HashMap<>();

		int getId() {
			return this.id;
		}

	}

	@Entity(name = "Clause")
	static class Clause {

		@Id
		private int id;

		@ManyToOne(fetch = FetchType.LAZY)
		private Contract contract;

		int getId() {
			return this.id;
		}

	}

	@Entity(name = "Seal")
	static class Seal {

		@Id
		private int id;

		@OneToOne(mappedBy = "seal")
		private Contract contract;

		int getId() {
			return this.id;
		}

	}

}
