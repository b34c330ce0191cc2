"""Proximal policy optimisation end to end, as `umwelt bench ppo.empty` and `ppo.doorKey` measure it, in Python.

Acting, the world and learning together, with the numbers of the preset `ppo`: 16 environments, 128 steps, 4 epochs of
minibatches of 256, networks 64-64 of tanh for actor and critic each. What is seen are the 7×7×3 symbols in a row, by
255; Umwelt spreads them over places of 0 and 1. One repetition is one update with all that leads to it.

- Stable-Baselines3: its own PPO, MiniGrid's package in one process and in several.
- CleanRL's form: a loop in one file of PyTorch, with MiniGrid's package and with EnvPool's worlds in C++.
- PureJaxRL's form: everything under one jit, with NAVIX, which is MiniGrid's worlds anew in JAX.
"""
import os
import sys
import warnings

from measuring import arguments, measure, report, selected

warnings.simplefilter("ignore")
ENVIRONMENTS, STEPS, EPOCHS, MINIBATCH, RATE = 16, 128, 4, 256, 1e-3
DISCOUNT, DECAY, CLIP, ENTROPY, VALUE, NORM = 0.99, 0.95, 0.2, 0.01, 0.5, 0.5
ITEMS = ENVIRONMENTS * STEPS
WORLDS = {"ppo.empty": "MiniGrid-Empty-Random-5x5-v0", "ppo.doorKey": "MiniGrid-DoorKey-5x5-v0"}
NAVIX = {"ppo.empty": "Navix-Empty-Random-5x5-v0", "ppo.doorKey": "Navix-DoorKey-Random-5x5-v0"}

options = arguments(__doc__.splitlines()[0])
names = [name for name in WORLDS if selected(name, options.names)]
if not names:
    sys.exit(0)
thread_counts = [options.threads] if options.threads else [1, 2]


def run(peer, variant, name, threads, make):
    """Makes and measures one variant of one name, where it is asked for."""
    label = f"{variant}, {threads} thread{'s' * (threads > 1)}"
    if options.variant and label not in options.variant:
        return
    try:
        rates = measure(make(), options.seconds, repetitions=5, warm_up_steps=2)
    except Exception as error:  # one variant that fails must not keep the others from being measured
        print(f"ppo: {peer}, {name}, {label}: {type(error).__name__}: {error}", file=sys.stderr)
        return
    report(peer, label, name, "steps/s", ITEMS, threads, rates)


def world(id):
    """MiniGrid's world, its symbols in a row by 255."""
    import gymnasium
    import minigrid  # noqa: F401 (registers its worlds)
    import numpy as np
    from minigrid.wrappers import ImgObsWrapper
    env = gymnasium.wrappers.FlattenObservation(ImgObsWrapper(gymnasium.make(id)))
    space = gymnasium.spaces.Box(0, 1, env.observation_space.shape, np.float32)
    return gymnasium.wrappers.TransformObservation(env, lambda seen: np.float32(seen) / 255, space)


def stable_baselines(id, several):
    from stable_baselines3 import PPO
    from stable_baselines3.common.vec_env import DummyVecEnv, SubprocVecEnv, VecMonitor
    make = [lambda: world(id)] * ENVIRONMENTS
    envs = VecMonitor(SubprocVecEnv(make) if several else DummyVecEnv(make))
    model = PPO(
        "MlpPolicy", envs, learning_rate=RATE, n_steps=STEPS, batch_size=MINIBATCH, n_epochs=EPOCHS, gamma=DISCOUNT,
        gae_lambda=DECAY, clip_range=CLIP, ent_coef=ENTROPY, vf_coef=VALUE, max_grad_norm=NORM, seed=1, device="cpu",
        policy_kwargs={"net_arch": {"pi": [64, 64], "vf": [64, 64]}})
    return lambda: model.learn(ITEMS, reset_num_timesteps=False)


def minigrid_worlds(id):
    """Steps MiniGrid's own package: observations, rewards, and whether episodes ended, in place of which others stand."""
    import gymnasium
    import numpy as np
    envs = gymnasium.vector.SyncVectorEnv(
        [lambda: world(id)] * ENVIRONMENTS, autoreset_mode=gymnasium.vector.AutoresetMode.SAME_STEP)

    def step(actions):
        seen, rewards, terminated, truncated, _ = envs.step(actions)
        return seen, np.float32(rewards), terminated | truncated

    return envs.reset(seed=1)[0], step, int(envs.single_action_space.n)


def envpool_worlds(id):
    """The same with EnvPool's, which begins new episodes a step later, as most code that uses it takes them."""
    import envpool
    import numpy as np
    envs = envpool.make_gymnasium(id, num_envs=ENVIRONMENTS, seed=1)
    row = lambda seen: np.float32(seen["image"]).reshape(ENVIRONMENTS, -1) / 255

    def step(actions):
        seen, rewards, terminated, truncated, _ = envs.step(actions)
        return row(seen), np.float32(rewards), terminated | truncated

    return row(envs.reset()[0]), step, int(envs.action_space.n)


def clean(id, make, threads):
    """A loop in the form of CleanRL's ppo.py."""
    import torch
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    first, step_worlds, actions = make(id)

    def linear(inputs, outputs, gain):
        layer = torch.nn.Linear(inputs, outputs)
        torch.nn.init.orthogonal_(layer.weight, gain)
        torch.nn.init.zeros_(layer.bias)
        return layer

    def network(outputs, gain):
        tanh, root = torch.nn.Tanh, 2**0.5
        return torch.nn.Sequential(
            linear(first.shape[1], 64, root), tanh(), linear(64, 64, root), tanh(), linear(64, outputs, gain))

    actor, critic = network(actions, 0.01), network(1, 1.0)
    parameters = [*actor.parameters(), *critic.parameters()]
    optimiser = torch.optim.Adam(parameters, lr=RATE, eps=1e-5)
    seen = torch.zeros(STEPS, ENVIRONMENTS, first.shape[1])
    chosen = torch.zeros(STEPS, ENVIRONMENTS, dtype=torch.long)
    log_p, rewards, ends, values = (torch.zeros(STEPS, ENVIRONMENTS) for _ in range(4))
    now = [torch.as_tensor(first), torch.zeros(ENVIRONMENTS)]

    def collect():
        for place in range(STEPS):
            seen[place], ends[place] = now
            with torch.no_grad():
                policy = torch.distributions.Categorical(logits=actor(now[0]))
                action = policy.sample()
                log_p[place], values[place] = policy.log_prob(action), critic(now[0])[:, 0]
            chosen[place] = action
            next_seen, reward, ended = step_worlds(action.numpy())
            rewards[place] = torch.as_tensor(reward)
            now[:] = torch.as_tensor(next_seen), torch.as_tensor(ended).float()

    def advantages():
        gains, last = torch.zeros_like(rewards), 0
        with torch.no_grad():
            next_value, goes_on = critic(now[0])[:, 0], 1 - now[1]
        for place in reversed(range(STEPS)):
            error = rewards[place] + DISCOUNT * next_value * goes_on - values[place]
            gains[place] = last = error + DISCOUNT * DECAY * goes_on * last
            next_value, goes_on = values[place], 1 - ends[place]
        return gains

    def step():
        collect()
        gains = advantages()
        returns = (gains + values).reshape(-1)
        rows, old, acts, gains = seen.reshape(ITEMS, -1), log_p.reshape(-1), chosen.reshape(-1), gains.reshape(-1)
        for _ in range(EPOCHS):
            for some in torch.randperm(ITEMS).split(MINIBATCH):
                policy = torch.distributions.Categorical(logits=actor(rows[some]))
                ratio = (policy.log_prob(acts[some]) - old[some]).exp()
                gain = (gains[some] - gains[some].mean()) / (gains[some].std() + 1e-8)
                loss = -torch.min(ratio * gain, ratio.clamp(1 - CLIP, 1 + CLIP) * gain).mean()
                loss = loss - ENTROPY * policy.entropy().mean()
                loss = loss + VALUE * (critic(rows[some])[:, 0] - returns[some]).square().mean()
                optimiser.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(parameters, NORM)
                optimiser.step()

    return step


def pure_jax(id):
    """Acting, worlds and learning under one jit, in the form of PureJaxRL's ppo.py; threads are JAX's own choice."""
    import jax
    import jax.numpy as jnp
    import navix
    env = navix.make(id, observation_fn=navix.observations.symbolic_first_person)
    actions = len(env.action_set)
    row = lambda timestep: timestep.observation.reshape(timestep.observation.shape[0], -1).astype(jnp.float32) / 255

    def layer(key, inputs, outputs, gain):
        return jax.nn.initializers.orthogonal(gain)(key, (inputs, outputs)), jnp.zeros(outputs)

    def network(key, inputs, outputs, gain):
        keys, root = jax.random.split(key, 3), 2**0.5
        return [layer(keys[0], inputs, 64, root), layer(keys[1], 64, 64, root), layer(keys[2], 64, outputs, gain)]

    def apply(layers, x):
        for weight, bias in layers[:-1]:
            x = jnp.tanh(x @ weight + bias)
        return x @ layers[-1][0] + layers[-1][1]

    def loss_of(weights, batch):
        seen, chosen, old, gains, returns = batch
        all_log_p = jax.nn.log_softmax(apply(weights["actor"], seen))
        ratio = jnp.exp(jnp.take_along_axis(all_log_p, chosen[:, None], 1)[:, 0] - old)
        gains = (gains - gains.mean()) / (gains.std() + 1e-8)
        policy = -jnp.minimum(ratio * gains, jnp.clip(ratio, 1 - CLIP, 1 + CLIP) * gains).mean()
        entropy = -(jnp.exp(all_log_p) * all_log_p).sum(1).mean()
        error = jnp.square(apply(weights["critic"], seen)[:, 0] - returns).mean()
        return policy - ENTROPY * entropy + VALUE * error

    def learn(state, batch):
        weights, first, second, count = state
        gradients = jax.grad(loss_of)(weights, batch)
        norm = jnp.sqrt(sum(jnp.square(g).sum() for g in jax.tree.leaves(gradients)))
        gradients = jax.tree.map(lambda g: g * jnp.minimum(1, NORM / (norm + 1e-6)), gradients)
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, gradients)
        second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, gradients)
        scale, root = RATE / (1 - 0.9**count), jnp.sqrt(1 - 0.999**count)
        weights = jax.tree.map(lambda w, m, v: w - scale * m / (jnp.sqrt(v) / root + 1e-5), weights, first, second)
        return (weights, first, second, count + 1), None

    def update(key, state, timestep):
        weights = state[0]

        def act(carry, key):
            timestep = carry
            seen = row(timestep)
            log_p = jax.nn.log_softmax(apply(weights["actor"], seen))
            chosen = jax.random.categorical(key, log_p)
            following = jax.vmap(env.step)(timestep, chosen)
            ended = (following.step_type != 0).astype(jnp.float32)
            return following, (
                seen, chosen, jnp.take_along_axis(log_p, chosen[:, None], 1)[:, 0], apply(weights["critic"], seen)[:, 0],
                following.reward.astype(jnp.float32), ended)

        key, acting = jax.random.split(key)
        timestep, kept = jax.lax.scan(act, timestep, jax.random.split(acting, STEPS))
        seen, chosen, old, values, rewards, ended = kept

        def back(carry, step):
            gain, following = carry
            reward, value, end = step
            error = reward + DISCOUNT * following * (1 - end) - value
            gain = error + DISCOUNT * DECAY * (1 - end) * gain
            return (gain, value), gain

        last = apply(weights["critic"], row(timestep))[:, 0]
        _, gains = jax.lax.scan(back, (jnp.zeros(ENVIRONMENTS), last), (rewards, values, ended), reverse=True)
        rows = jax.tree.map(
            lambda x: x.reshape(ITEMS, *x.shape[2:]), (seen, chosen, old, gains, gains + values))

        def epoch(state, key):
            order = jax.random.permutation(key, ITEMS)
            batches = jax.tree.map(lambda x: x[order].reshape(-1, MINIBATCH, *x.shape[1:]), rows)
            return jax.lax.scan(learn, state, batches)

        key, ordering = jax.random.split(key)
        state, _ = jax.lax.scan(epoch, state, jax.random.split(ordering, EPOCHS))
        return key, state, timestep

    keys = jax.random.split(jax.random.key(1), 3)
    timestep = jax.vmap(env.reset)(jax.random.split(keys[0], ENVIRONMENTS))
    inputs = row(timestep).shape[1]
    weights = {"actor": network(keys[1], inputs, actions, 0.01), "critic": network(keys[2], inputs, 1, 1.0)}
    zeros = jax.tree.map(jnp.zeros_like, weights)
    now, jitted = [keys[0], (weights, zeros, zeros, jnp.float32(1)), timestep], jax.jit(update)

    def step():
        now[:] = jitted(*now)
        jax.block_until_ready(now[1])

    return step


def version(package):
    """An installed package's version, or nothing."""
    from importlib import metadata
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def threaded(make, threads):
    """Makes something after PyTorch has been told its threads."""
    import torch
    torch.set_num_threads(threads)
    return make()


def main():
    for name in names:
        id = WORLDS[name]
        for threads in thread_counts if version("torch") else []:
            if version("stable-baselines3"):
                peer = f"Stable-Baselines3 {version('stable-baselines3')}"
                run(peer, "one process", name, threads, lambda: threaded(lambda: stable_baselines(id, False), threads))
                run(peer, "processes", name, threads, lambda: threaded(lambda: stable_baselines(id, True), threads))
            for package, make in (("minigrid", minigrid_worlds), ("envpool", envpool_worlds)):
                if version(package):
                    run("CleanRL-like", f"{package} {version(package)}", name, threads, lambda: clean(id, make, threads))
        if version("navix"):
            count = options.threads or len(os.sched_getaffinity(0))
            os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:count])  # before JAX makes its pool
            run("PureJaxRL-like", f"navix {version('navix')}", name, count, lambda: pure_jax(NAVIX[name]))


if __name__ == "__main__":
    main()
