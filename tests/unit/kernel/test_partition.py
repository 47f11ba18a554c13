from busbar.kernel.partition import find_partition


def test_a_key_has_the_same_partition_everywhere_and_for_ever():
    assert find_partition("CP000001", count=16) == 3
    assert find_partition("充电桩-7", count=16) == 13


def test_partitions_are_of_about_one_size():
    counts = [0] * 16
    for number in range(16_000):
        counts[find_partition(f"CP{number:06d}", count=16)] += 1
    assert min(counts) > 800
    assert max(counts) < 1200


def test_half_a_surrogate_pair_has_a_partition_too():
    assert 0 <= find_partition("\ud800", count=16) < 16
